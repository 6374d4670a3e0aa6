import { describe, expect, it } from '@jest/globals';
import { dueTimeOf } from './due-time.ts';
import { isTimeZone, localTimeOf, momentOf } from './zoned-time.ts';

const utc = (local: string, zone: string) => momentOf(local, zone)?.toISOString();

describe('the moment of a wall-clock time', () => {
  it.each([
    ['2027-01-15T09:00', 'Europe/Madrid', '2027-01-15T08:00:00.000Z'],
    ['2027-07-15T09:00:30', 'Europe/Madrid', '2027-07-15T07:00:30.000Z'],
    ['2027-01-15T09:00', 'Asia/Kathmandu', '2027-01-15T03:15:00.000Z'],
    ['2027-01-15T09:00', 'America/New_York', '2027-01-15T14:00:00.000Z'],
    ['2027-01-01T00:30', 'Pacific/Kiritimati', '2026-12-31T10:30:00.000Z'],
  ])('%s in %s is %s', (local, zone, expected) => expect(utc(local, zone)).toBe(expected));

  it.each([
    ['the hour that Madrid leaves out', '2027-03-28T02:30', 'Europe/Madrid', '2027-03-28T01:30:00.000Z'],
    ['the half hour that Lord Howe leaves out', '2027-10-03T02:15', 'Australia/Lord_Howe', '2027-10-02T15:45:00.000Z'],
    ['midnight that Beirut leaves out', '2027-03-28T00:10', 'Asia/Beirut', '2027-03-27T22:10:00.000Z'],
  ])('moves %s on by the change', (_, local, zone, expected) => expect(utc(local, zone)).toBe(expected));

  it.each([
    ['Madrid', '2027-10-31T02:30', 'Europe/Madrid', '2027-10-31T00:30:00.000Z'],
    ['New York', '2027-11-07T01:30', 'America/New_York', '2027-11-07T05:30:00.000Z'],
  ])('is the first of two in %s', (_, local, zone, expected) => expect(utc(local, zone)).toBe(expected));

  it.each(['2027-04-31T09:00', '2027-02-29T09:00', '2027-13-01T09:00', '2027-01-01T24:00', '2027-01-01T09:60'])('is none for %s', (local) =>
    expect(utc(local, 'Europe/Madrid')).toBeUndefined(),
  );

  it('comes back as the same time on the clocks of the zone, around every change of a year', () => {
    for (const zone of ['Europe/Madrid', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Casablanca']) {
      for (let atMs = Date.UTC(2027, 0, 1, 0, 20); atMs < Date.UTC(2028, 0, 1); atMs += 3 * 3_600_000) {
        const local = localTimeOf(new Date(atMs), zone);
        expect(localTimeOf(momentOf(local, zone)!, zone)).toBe(local);
      }
    }
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Madrid', 'America/Argentina/Buenos_Aires'])('%s is known', (zone) => expect(isTimeZone(zone)).toBe(true));
  it.each(['', 'Mars/Base', '+02:00', '-5', 'Europe/Madrid; DROP'])('%j is not', (zone) => expect(isTimeZone(zone)).toBe(false));
});

describe('a due time', () => {
  const now = new Date('2027-03-01T12:00:00.000Z');
  it('is now unless told', () => expect(dueTimeOf({}, now)).toEqual({ dueAt: now, timeZone: 'UTC' }));
  it('keeps its zone', () => {
    const zone = 'Europe/Madrid';
    expect(dueTimeOf({ localTime: '2027-03-02T09:00', timeZone: zone }, now)).toEqual({
      dueAt: new Date('2027-03-02T08:00:00.000Z'),
      timeZone: zone,
    });
    expect(dueTimeOf({ dueAt: '2027-03-02T08:00:00.000Z', timeZone: zone }, now).timeZone).toBe(zone);
  });
  it('allows for clocks that differ by seconds', () =>
    expect(dueTimeOf({ dueAt: '2027-03-01T11:59:40.000Z' }, now).dueAt).toEqual(new Date('2027-03-01T11:59:40.000Z')));
  it.each([
    ['a moment that has passed', { dueAt: '2027-03-01T11:59:00.000Z' }, 'publication-in-the-past'],
    ['a local time that has passed', { localTime: '2027-03-01T12:30', timeZone: 'Europe/Madrid' }, 'publication-in-the-past'],
    ['a moment more than two years ahead', { dueAt: '2029-04-01T00:00:00.000Z' }, 'request-invalid'],
    ['both times', { dueAt: '2027-03-02T00:00:00.000Z', localTime: '2027-03-02T00:00' }, 'request-invalid'],
    ['an unknown zone', { localTime: '2027-03-02T00:00', timeZone: 'Mars/Base' }, 'request-invalid'],
    ['a date that does not exist', { localTime: '2027-02-30T00:00' }, 'request-invalid'],
  ])('refuses %s', (_, when, code) => expect(() => dueTimeOf(when, now)).toThrow(expect.objectContaining({ code })));
});
