import { encodeValue, type XmlRpcValue } from './codec.ts';

/** A value that is already written as `<value>…</value>`: what many clients ask for is not written anew for each. */
export class Encoded {
  readonly xml: string;

  constructor(xml: string) {
    this.xml = xml;
  }
}

/** What a method answers with. */
export type Answer = XmlRpcValue | Encoded;

/** Writes an answer as `<value>…</value>`. */
export const encodeAnswer = (answer: Answer): string =>
  answer instanceof Encoded ? answer.xml : encodeValue(answer);

/** The array of these answers. */
export const listOf = (answers: readonly Answer[]): Encoded =>
  new Encoded(
    `<value><array><data>\n${answers.map(answer => `${encodeAnswer(answer)}\n`).join('')}</data></array></value>`,
  );
