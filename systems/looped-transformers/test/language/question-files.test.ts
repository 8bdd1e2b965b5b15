import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readAsdiv } from '../../src/language/questions/asdiv.js';
import { readNaturalQuestions, readTriviaQa, readWebQuestions } from '../../src/language/questions/open-domain.js';
import type { Question } from '../../src/language/questions/question.js';
import { type QuestionFile, readQuestions, writeQuestions } from '../../src/language/questions/question-file.js';
import { readCoqa, readDrop, readQuac, readSquad, readTydiQa } from '../../src/language/questions/reading.js';
import { readSvamp } from '../../src/language/questions/svamp.js';
import type { RecordOptions } from '../../src/language/records.js';
import { temporaryDirectory } from './temporary-directory.js';

async function gather(questions: AsyncIterable<Question>): Promise<Question[]> {
  const all: Question[] = [];
  for await (const question of questions) all.push(question);
  return all;
}
/** The questions of a file with this content. */
function questions(read: (path: string, options?: RecordOptions) => QuestionFile, content: unknown, options: RecordOptions = {}) {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 1);
  return gather(read(temporaryDirectory({ file: text })('file'), options));
}

describe('questions as JSON lines', () => {
  test('come back as they were written', async () => {
    const path = temporaryDirectory()('questions.jsonl');
    const all: Question[] = [
      { id: 'a', prompt: 'Q:', answers: ['x', 'y'], group: 'g' },
      { id: 'b', prompt: 'R:', choices: ['u', 'v'], answers: ['v'] },
    ];
    await writeQuestions(path, all);
    expect(await gather(readQuestions(path))).toEqual(all);
  });

  test('take numbers and places of choices as answers', async () => {
    const lines = '{"prompt":"2+2=","answer":4}\n{"prompt":"p","choices":["u","v"],"answer":1}';
    expect(await questions(readQuestions, lines)).toEqual([
      { id: 'line 1', prompt: '2+2=', answers: ['4'] },
      { id: 'line 2', prompt: 'p', choices: ['u', 'v'], answers: ['v'] },
    ]);
  });

  test.each([
    [
      '{"prompt":"p","choices":["u","v"],"answer":"w"}',
      'line 1, field answer: expected one of the choices, or the number of one from 0, given "w";',
    ],
    [
      '{"prompt":"p","choices":["u","v"],"answer":2}',
      'field answer: expected one of the choices, or the number of one from 0, given 2; repair it',
    ],
    ['{"prompt":"p","answer":"w"}\n{"answer":"w"}', 'line 2, field prompt: expected text of at least 1 character, given nothing;'],
    ['[1]', 'line 1: expected an object, given [1];'],
    ['{"prompt":"p","answer":[]}', 'line 1, field answer: expected text or a number or a list of at least 1, given []'],
  ])('refuse %s', async (lines, message) => {
    await expect(questions(readQuestions, lines)).rejects.toThrow(message);
  });
});

describe('SVAMP', () => {
  const item = (fields: object = {}) => ({
    ID: 'chal-1',
    Body: 'Each pack costs 76 dollars. There is a discount of 25 dollars on each pack',
    Question: 'How much does a pack cost?',
    Equation: '( 76.0 - 25.0 )',
    Answer: 51.0,
    Type: 'Subtraction',
    ...fields,
  });

  test('joins story and question, and knows the misspelt type', async () => {
    const all = await questions(readSvamp, [item(), item({ ID: 'chal-2', Body: 'A b.', Type: 'Common-Divison', Answer: 2.5 })]);
    expect(all).toEqual([
      {
        id: 'chal-1',
        prompt: 'Q: Each pack costs 76 dollars. There is a discount of 25 dollars on each pack, How much does a pack cost?\nA:',
        answers: ['51'],
        group: 'Subtraction',
      },
      { id: 'chal-2', prompt: 'Q: A b. How much does a pack cost?\nA:', answers: ['2.5'], group: 'Common-Division' },
    ]);
  });

  test('says which item is wrong in which field, or passes it over', async () => {
    const broken = [item(), item({ Answer: '51' }), item({ Type: 'Magic' }), item()];
    await expect(questions(readSvamp, broken)).rejects.toThrow(/item 2, field Answer/);
    const path = temporaryDirectory({ file: gzipSync(JSON.stringify(broken)) })('file');
    const file = readSvamp(path, { skipBad: true });
    expect(await gather(file)).toHaveLength(2);
    expect(file.skipped).toBe(2);
    expect(await questions(readSvamp, [item(), item(), item()], { limit: 2 })).toHaveLength(2);
  });

  test('that breaks off is refused after what is whole', async () => {
    const text = JSON.stringify([item(), item()]);
    await expect(questions(readSvamp, text.slice(0, -30))).rejects.toThrow(/after item 1: expected JSON/);
    await expect(questions(readSvamp, '')).rejects.toMatchObject({ code: 'empty-file' });
  });
});

describe('ASDiv', () => {
  const problem = (id: string, rest: string) => `<Problem ID="${id}" Grade="1" Source="http://x.y">
      <Body>Seven red apples &amp; two green apples are in the basket.</Body>${rest}</Problem>`;
  const whole = `<Question>How many apples are in the basket?</Question>
      <Solution-Type>Addition</Solution-Type><Answer>9 (apples)</Answer><Formula>7+2=9</Formula>`;
  const file = (...problems: readonly string[]) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<Machine-Reading-Corpus-File>\n<ProblemSet>\n${problems.join('\n')}\n</ProblemSet>\n</Machine-Reading-Corpus-File>`;

  test('gives problems without units in the answer', async () => {
    const other = whole.replace('9 (apples)', '10 (red); 5 (blue)');
    const stray = problem('nluds-0001', whole).replace('<Question>', 'stray text <Question>');
    expect(await questions(readAsdiv, file(stray, problem('nluds-0002', other)))).toEqual([
      {
        id: 'nluds-0001',
        prompt: 'Q: Seven red apples & two green apples are in the basket. How many apples are in the basket?\nA:',
        answers: ['9'],
        group: 'Addition',
      },
      expect.objectContaining({ id: 'nluds-0002', answers: ['10; 5'] }),
    ]);
  });

  test('says where a problem or the file is broken', async () => {
    const broken = file(problem('a', whole), problem('b', '<Question>?</Question>'));
    await expect(questions(readAsdiv, broken)).rejects.toThrow(/problem at line 7, field Solution-Type/);
    expect(await questions(readAsdiv, broken, { skipBad: true })).toHaveLength(1);
    await expect(questions(readAsdiv, file(problem('a', whole)).replace('</Body>', '</Boy>'))).rejects.toThrow(/line 5: expected XML/);
    await expect(questions(readAsdiv, file(problem('a', whole)).slice(0, -20))).rejects.toThrow('expected XML');
  });
});

describe('open-domain questions', () => {
  test('TriviaQA, with aliases', async () => {
    const data = {
      Domain: 'unfiltered',
      Data: [{ QuestionId: 'tc_1', Question: 'Who?', Answer: { Value: 'Sinclair Lewis', Aliases: ['Lewis', 'Sinclair Lewis'] } }],
    };
    expect(await questions(readTriviaQa, data)).toEqual([{ id: 'tc_1', prompt: 'Q: Who?\nA:', answers: ['Sinclair Lewis', 'Lewis'] }]);
  });

  test('Natural Questions, as lines', async () => {
    expect(await questions(readNaturalQuestions, '{"question":"when","answer":["1984","in 1984"]}')).toEqual([
      { id: 'line 1', prompt: 'Q: when\nA:', answers: ['1984', 'in 1984'] },
    ]);
    await expect(questions(readNaturalQuestions, '{"question":"when","answer":[]}')).rejects.toThrow('field answer');
  });

  test('WebQuestions, with lists of descriptions', async () => {
    const data = [{ url: 'u', utterance: 'who?', targetValue: '(list (description "Jaxon \\"J\\" B") (description Jazmyn))' }];
    expect(await questions(readWebQuestions, data)).toEqual([{ id: 'item 1', prompt: 'Q: who?\nA:', answers: ['Jaxon "J" B', 'Jazmyn'] }]);
    await expect(questions(readWebQuestions, [{ utterance: 'who?', targetValue: '(list)' }])).rejects.toThrow('item 1, field targetValue');
  });
});

describe('reading', () => {
  const squad = (qas: readonly object[]) => ({ version: 'v2.0', data: [{ title: 't', paragraphs: [{ context: ' A passage. ', qas }] }] });

  test('SQuAD, answered and not', async () => {
    const data = squad([
      {
        id: '1',
        question: 'What?',
        is_impossible: false,
        answers: [
          { text: 'x', answer_start: 0 },
          { text: 'x', answer_start: 9 },
          { text: 'y', answer_start: 1 },
        ],
      },
      { id: '2', question: 'Why?', is_impossible: true, answers: [] },
    ]);
    expect(await questions(readSquad, data)).toEqual([
      { id: '1', prompt: 'A passage.\nQ: What?\nA:', answers: ['x', 'y'] },
      { id: '2', prompt: 'A passage.\nQ: Why?\nA:', answers: ['unanswerable'] },
    ]);
    expect(await questions(readSquad, data, { limit: 1 })).toHaveLength(1);
    await expect(questions(readSquad, squad([{ id: '1' }]))).rejects.toThrow('item 1, field paragraphs.0.qas.0.question');
  });

  test('TyDi QA, with its passage or without, by language', async () => {
    const data = squad([{ id: 'finnish-12-0', question: 'Mikä?', answers: [{ text: 'z', answer_start: 0 }] }]);
    expect(await questions(readTydiQa, data)).toEqual([
      { id: 'finnish-12-0', prompt: 'A passage.\nQ: Mikä?\nA:', answers: ['z'], group: 'finnish' },
    ]);
    const closed = (path: string) => readTydiQa(path, { context: false });
    expect((await questions(closed, data))[0]!.prompt).toBe('Q: Mikä?\nA:');
  });

  test('QuAC, turn by turn', async () => {
    const data = {
      data: [
        {
          paragraphs: [
            {
              context: 'A passage. CANNOTANSWER',
              id: 'c',
              qas: [
                { id: 'c_q#0', question: 'Who?', answers: [{ text: 'she' }], followup: 'y' },
                { id: 'c_q#1', question: 'Where?', answers: [{ text: 'CANNOTANSWER' }] },
                { id: 'c_q#2', question: 'When?', answers: [{ text: 'now' }] },
              ],
            },
          ],
        },
      ],
    };
    const all = await questions(readQuac, data);
    expect(all.map(({ answers }) => answers)).toEqual([['she'], ['unanswerable'], ['now']]);
    expect(all[2]!.prompt).toBe('A passage.\nQ: Who?\nA: she\nQ: Where?\nA: unanswerable\nQ: When?\nA:');
  });

  test('CoQA, with the answers of others', async () => {
    const item = {
      id: 's',
      story: 'A story.',
      questions: [
        { input_text: 'Who?', turn_id: 1 },
        { input_text: 'Why?', turn_id: 2 },
      ],
      answers: [{ input_text: 'Ann' }, { input_text: 'fun' }],
      additional_answers: { 0: [{ input_text: 'Ann' }, { input_text: 'for fun' }] },
    };
    const all = await questions(readCoqa, { data: [item] });
    expect(all.map(({ answers }) => answers)).toEqual([['Ann'], ['fun', 'for fun']]);
    expect(all[1]!.prompt).toBe('A story.\nQ: Who?\nA: Ann\nQ: Why?\nA:');
    await expect(questions(readCoqa, { data: [{ ...item, answers: [] }] })).rejects.toThrow('item 1, field answers');
  });

  test('DROP, with numbers, dates and spans', async () => {
    const pair = (id: string, answer: object) => ({ query_id: id, question: 'How many?', answer });
    const data = {
      nfl_1: {
        passage: 'A game.',
        qa_pairs: [
          pair('n', { number: '3', date: {}, spans: [] }),
          pair('d', { number: '', date: { day: '4', month: 'July', year: '1776' }, spans: [] }),
          { ...pair('s', { number: '', date: {}, spans: ['Ann', 'Bob'] }), validated_answers: [{ spans: ['both'] }] },
          pair('none', { number: '', date: {}, spans: [] }),
        ],
      },
    };
    const all = await questions(readDrop, data);
    expect(all.map(({ id, answers }) => [id, answers])).toEqual([
      ['n', ['3']],
      ['d', ['4 July 1776']],
      ['s', ['Ann, Bob', 'both']],
    ]);
    await expect(questions(readDrop, { nfl_2: { passage: 'x' } })).rejects.toThrow('item "nfl_2", field qa_pairs');
  });
});
