/** The answers of a JSON document to pointers. */

import { payloadOf } from './payload.js';
import * as refusal from './refusal.js';

/**
 * @typedef {import('./types.js').Json} Json
 * @typedef {import('./types.js').Value} Value
 */

/**
 * The answers of a JSON document to RFC 6901 pointers, of which a `*` stands for each element of an
 * array. What is missing, or of another type than is asked for, is undefined.
 */
export class Selection {
  /**
   * Unit tests make one of answers; a provider asks by `of`.
   * @param {Map<string, Value[]>} answers
   */
  constructor(answers) {
    this.answers = answers;
  }

  /**
   * Asks for everything at once, since each call parses the whole document again. If the answers pass
   * the bounds of the host, those of the pointers with a `*` are left out: the sender decides how long
   * its lists are. Throws `malformed` when the document is not JSON, or the other answers pass the
   * bounds too.
   * @param {Json} json
   * @param {string[]} pointers
   */
  static of(json, pointers) {
    try {
      return ask(json, pointers);
    } catch {
      // Asked again below.
    }
    try {
      return ask(
        json,
        pointers.filter((pointer) => !pointer.includes('*')),
      );
    } catch (error) {
      throw refusal.malformed(payloadOf(error));
    }
  }

  /**
   * A text for each pointer, for the unit tests of a provider.
   * @param {Record<string, string>} texts
   */
  static ofTexts(texts) {
    /** @type {(pair: [string, string]) => [string, Value[]]} */
    const answer = ([pointer, text]) => [pointer, [{ tag: 'text', val: text }]];
    return new Selection(new Map(Object.entries(texts).map(answer)));
  }

  /**
   * Whether the pointer was asked and not left out.
   * @param {string} pointer
   */
  has(pointer) {
    return this.answers.has(pointer);
  }

  /**
   * Whether the document has something other than `null` there.
   * @param {string} pointer
   */
  isSet(pointer) {
    return this.all(pointer).some(({ tag }) => tag !== 'missing' && tag !== 'null');
  }

  /**
   * Every answer to a pointer: one for each element if it has a `*`.
   * @param {string} pointer
   */
  all(pointer) {
    return this.answers.get(pointer) ?? [];
  }

  /**
   * The string there. An empty one counts as absent: senders write `""` for nothing.
   * @param {string} pointer
   */
  text(pointer) {
    return this.texts(pointer)[0] || undefined;
  }

  /**
   * Every answer that is a string.
   * @param {string} pointer
   */
  texts(pointer) {
    return this.all(pointer).flatMap((value) => (value.tag === 'text' ? [value.val] : []));
  }

  /**
   * The elements of a list as rows, with one string for each pointer. An empty string counts as absent.
   * The `*` of all pointers must stand for the same list.
   * @param {string[]} pointers
   */
  rows(...pointers) {
    const columns = pointers.map((pointer) => this.all(pointer));
    const longest = Math.max(0, ...columns.map((column) => column.length));
    return Array.from({ length: longest }, (_, row) => columns.map((column) => textOf(column[row])));
  }

  /**
   * The boolean there.
   * @param {string} pointer
   */
  boolean(pointer) {
    const [value] = this.all(pointer);
    return value?.tag === 'boolean' ? value.val : undefined;
  }

  /**
   * The whole, non-negative number there. Undefined for one that is no safe integer.
   * @param {string} pointer
   */
  number(pointer) {
    const [value] = this.all(pointer);
    const number = value?.tag === 'number' && /^[0-9]+$/.test(value.val) ? Number(value.val) : NaN;
    return Number.isSafeInteger(number) ? number : undefined;
  }
}

/**
 * @param {Json} json
 * @param {string[]} pointers
 */
function ask(json, pointers) {
  const answers = json.select(pointers);
  return new Selection(new Map(pointers.map((pointer, at) => [pointer, answers[at]])));
}

/** @param {Value | undefined} value */
function textOf(value) {
  return (value?.tag === 'text' && value.val) || undefined;
}
