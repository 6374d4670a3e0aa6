import { describe, expect, it } from '@jest/globals';
import { readCommand } from './operator-arguments.ts';

const read = (line: string) => readCommand(line.split(' ').filter(Boolean));

describe('the arguments of the operator command', () => {
  it.each(['', 'help', '--help', 'grant --help'])('"%s" asks for the usage', (line) => expect(read(line)).toEqual({ name: 'help' }));
  it('of create make an operator unless they say --user', () => {
    expect(read('create a@example.org')).toMatchObject({ isOperator: true, passwordFromStdin: false });
    expect(read('create --user a@example.org --password-stdin')).toMatchObject({ isOperator: false, passwordFromStdin: true });
  });
  it.each([
    ['grant', 'grant takes one e-mail address.'],
    ['grant a@example.org b@example.org', 'grant takes one e-mail address.'],
    ['list a@example.org', 'list takes no address.'],
    ['grant --user a@example.org', 'grant takes no options.'],
    ['promote a@example.org', 'There is no command promote.'],
  ])('"%s" is refused: %s', (line, sentence) => expect(() => read(line)).toThrow(sentence));
  it('with an unknown option are refused', () => expect(() => read('create --admin a@example.org')).toThrow('--admin'));
});
