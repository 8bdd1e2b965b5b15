/**
 * Motion along ellipses in GLSL ES 3.00: `placeOnEllipse(M, e)` gives (cos E − e, sin E) for any M in radians and 0 ≤ e ≤ 0.99.
 * `kepler-float32.ts` does the same arithmetic, with the reasons.
 */
export const keplerShader = /* glsl */ `
const float pi = 3.14159265358979;
const float halfPi = 1.57079637050628662109375;
const float halfPiRest = -4.371139000186241e-8;

// sin x, 1 - cos x and x - sin x for |x| <= pi
vec3 circular(float x) {
  float quarter = floor(x * 0.6366197723675814 + 0.5);
  float rest = (x - quarter * halfPi) - quarter * halfPiRest;
  float z = rest * rest;
  float small = (rest * z) * (1.0 / 6.0 - z * (1.0 / 120.0 - z * (1.0 / 5040.0 - z * (1.0 / 362880.0))));
  float versineOfRest = z * (0.5 - z * (1.0 / 24.0 - z * (1.0 / 720.0 - z * (1.0 / 40320.0))));
  float sineOfRest = rest - small;
  if (quarter == 0.0) return vec3(sineOfRest, versineOfRest, small);
  float cosineOfRest = 1.0 - versineOfRest;
  if (abs(quarter) == 2.0) return vec3(-sineOfRest, 1.0 + cosineOfRest, x + sineOfRest);
  float sine = quarter * cosineOfRest;
  return vec3(sine, 1.0 + quarter * sineOfRest, x - sine);
}

float halleyStep(float anomaly, float m, float e, float gap) {
  vec3 c = circular(anomaly);
  float value = (gap * anomaly + e * c.z) - m;
  float slope = gap + e * c.y;
  return anomaly - value / (slope - 0.5 * value * (e * c.x) / slope);
}

float eccentricAnomaly(float meanAnomaly, float e) {
  float m = abs(meanAnomaly);
  float gap = 1.0 - e;
  float scale = 1.0 / (4.0 * e + 0.5);
  float alpha = gap * scale;
  float beta = 0.5 * m * scale;
  float z = pow(beta + sqrt(alpha * alpha * alpha + beta * beta), 1.0 / 3.0);
  float s = z - alpha / z;
  s -= 0.078 * (s * s * s * s * s) / (1.0 + e);
  float anomaly = m + e * (s * (3.0 - 4.0 * (s * s)));
  anomaly = halleyStep(anomaly, m, e, gap);
  anomaly = halleyStep(anomaly, m, e, gap);
  return meanAnomaly < 0.0 ? -anomaly : anomaly;
}

vec2 placeOnEllipse(float meanAnomaly, float e) {
  float m = meanAnomaly - (2.0 * pi) * floor(meanAnomaly / (2.0 * pi) + 0.5);
  vec3 c = circular(clamp(eccentricAnomaly(clamp(m, -pi, pi), e), -pi, pi));
  return vec2((1.0 - e) - c.y, c.x);
}
`;
