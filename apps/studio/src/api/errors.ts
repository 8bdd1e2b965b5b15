import { z } from 'zod';

/** Body of every answer that is not a success: what failed, what was expected, what was given, what to do. */
export const apiError = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      /** What is wrong with parameters, by name, where that is why. */
      parameters: z.record(z.string(), z.string()).optional(),
    }),
  })
  .meta({ id: 'Error' });
export type ApiError = z.infer<typeof apiError>;
