// @ts-check
/*
 * Rows go in one by one, and what is kept of each is a few numbers: the same steps as macros/domain/fleet/tally.py. Of
 * several collections of a computer the newest counts, and of one license that stands twice in it the last row.
 *
 *   window.vagFleet.tallyOf(asked)   `asked` are places of columns by their labels; .add(row) takes a row; .seen(today,
 *                                    rest) gives what all rows add up to; .computers and .rows say how far it is
 *                  .dayOf(year, month, date)   a day as a number, and .dateOf(number) the other way round
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { upTo } = window.vagDom;
  const { UNTOLD, data, kindOf, names, shapeOf } = window.vagFleet;

  const LARGEST = 2 ** 31 - 1;
  const NOT_TOLD = -1;
  const SHIFT = 2 ** 32;
  const CHAIN = 16;
  const [HOUR, DAY_MINUTES] = [60, 1440];
  const [DAY, EPOCH] = [86_400_000, 719_163];
  const BATCH = 1024;
  const MOST_KNOWN = 100_000;
  const NO_ID = /^[0{}-]*$/;
  const JSON_DAY = /^\/Date\((-?[0-9]{1,15})/;
  const NUMBERS = /^([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})/;
  const CALENDAR = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))(?:[^](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?(.*))?$/;
  const ZONE = /^(?:Z|([+-])(\d\d):?(\d\d)?(?::?(\d\d)(?:\.\d+)?)?)$/;
  const WHOLE = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
  const at = Object.fromEntries(names.map((name, place) => [name, place]));

  // Days --------------------------------------------------------------------------------------------------------------

  /* A day of the calendar as a number, 1 for the first of January in the year 1; null for none. */
  const dayOf = (year, month, date) => {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || date < 1) return null;
    const made = new Date(0);
    made.setUTCFullYear(year, month - 1, date);
    return made.getUTCMonth() === month - 1 ? made.getTime() / DAY + EPOCH : null;
  };
  const dateOf = (day) => {
    const made = new Date((day - EPOCH) * DAY);
    return made.toISOString().slice(0, 10);
  };

  const calendarMoment = (text) => {
    const found = CALENDAR.exec(text);
    if (!found) return null;
    const [, year, month, date, short, shorter, hour = "0", minute = "0", second = "0", zone = ""] = found;
    const day = dayOf(Number(year), Number(month ?? short), Number(date ?? shorter));
    const away = ZONE.exec(zone);
    if (day === null || (zone && !away) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = away ?? [];
    const shift = Number(hours) * HOUR + Number(minutes) + Number(seconds) / 60;
    if (Number(hours) > 23 || Number(minutes) > 59) return null;
    const local = day * DAY_MINUTES + Number(hour) * HOUR + Number(minute) + Number(second) / 60;
    return Math.floor(local - (sign === "-" ? -shift : shift));
  };

  /* The minute of a day and time; 0 when it can be read in no or in two ways. */
  const moment = (given) => {
    const text = given.trim();
    if (!text || text.includes("W")) return 0;
    const told = calendarMoment(text);
    if (told !== null) return told;
    const json = JSON_DAY.exec(text);
    if (json) return Math.floor(Math.floor(Number(json[1]) / 1000) / 60) + EPOCH * DAY_MINUTES;
    const found = NUMBERS.exec(text);
    if (!found) return 0;
    const [first, second, third] = found.slice(1).map(Number);
    const orders = found[1].length === 4
      ? [[first, second, third]]
      : found[3].length === 4
      ? [[third, first, second], [third, second, first]]
      : [];
    const days = new Set(orders.map(([year, month, date]) => dayOf(year, month, date)).filter((day) => day !== null));
    return days.size === 1 ? [...days][0] * DAY_MINUTES : 0;
  };

  const wholeOf = (text) => (WHOLE.test(text) ? Number(text.replaceAll("_", "")) : null);

  /* A text without the long one that it was cut from, which would stay in memory. */
  const alone = (text) => ` ${text}`.slice(1);

  // Rows --------------------------------------------------------------------------------------------------------------

  const suiteIds = new RegExp(data.suite_ids, "u");
  const hasSeveral = (office) => {
    const ids = [...new Set(office.split(/[,;|]/).map((each) => each.trim()))];
    return ids.filter((each) => suiteIds.test(each)).length > 1;
  };

  const tallyOf = (asked = new Map()) => {
    const values = new Map([...asked.keys()].map((label) => [label, new Map()]));
    const { bounds, size } = data;
    const validity = data.validity * DAY_MINUTES;
    const soon = Math.max(...data.horizons);
    const [known, numbers, licenses, ids, cmids, suites, intervals, counters] = Array.from(
      { length: 8 },
      () => new Map(),
    );
    suites.set("", false);
    const [kinds, licenseOf, computerNames, newest, cmidOf, lastOf] = Array.from(
      { length: 6 },
      () => /** @type {Data[]} */ ([]),
    );
    const [before, computers, kindOfPlace, minutesOf, missedOf, stamps] = Array.from(
      { length: 6 },
      () => /** @type {number[]} */ ([]),
    );
    const several = new Set();
    const wide = new Set();
    const far = new Map();
    let [lastGiven, lastNumber, lastText, lastStamp] = ["", NOT_TOLD, "", 0];
    let [rows, aside, repeated, unread] = [0, 0, 0, 0];

    /* The number of the kind of a row; undefined where there are too many. */
    const newKind = (key, row, partial) => {
      if (kinds.length >= data.most.kinds) return undefined;
      const kind = kindOf(row, partial);
      if (known.size >= MOST_KNOWN) known.clear();
      if (!numbers.has(kind)) numbers.set(kind, kinds.length);
      known.set(key, numbers.get(kind));
      if (numbers.get(kind) < kinds.length) return numbers.get(kind);
      if (!licenses.has(kind.license)) licenses.set(kind.license, licenses.size);
      licenseOf.push(licenses.get(kind.license));
      kinds.push(kind);
      return kinds.length - 1;
    };

    /* The number of a computer. Small letters and large ones are the same, as in DNS. */
    const numberOf = (given) => {
      const name = given.trim().replace(/\.$/, "");
      const folded = alone(name.toLowerCase());
      let number = ids.get(folded);
      if (number === undefined) {
        number = computerNames.length;
        ids.set(folded, number);
        computerNames.push(name === folded ? folded : alone(name));
        newest.push(0);
        cmidOf.push(NOT_TOLD);
        lastOf.push(NOT_TOLD);
      }
      return number;
    };

    const newPlace = (computer) => {
      before.push(lastOf[computer]);
      lastOf[computer] = kindOfPlace.length;
      return kindOfPlace.length;
    };
    const farPlace = (computer, license) => {
      if (!wide.has(computer)) {
        wide.add(computer);
        for (let place = lastOf[computer]; place !== NOT_TOLD; place = before[place]) {
          far.set(computer * SHIFT + licenseOf[kindOfPlace[place]], place);
        }
      }
      const key = computer * SHIFT + license;
      if (!far.has(key)) far.set(key, newPlace(computer));
      return far.get(key);
    };
    /* Where the row of a license of a computer stands. */
    const placeOf = (computer, license) => {
      let [place, steps] = [lastOf[computer], 0];
      while (place !== NOT_TOLD) {
        if (licenseOf[kindOfPlace[place]] === license) return place;
        place = before[place];
        steps += 1;
        if (steps === CHAIN) return farPlace(computer, license);
      }
      return newPlace(computer);
    };

    const minutesIn = (text) => {
      if (!text) return NOT_TOLD;
      const found = wholeOf(text);
      if (found === null) unread += Number(Boolean(text.trim()));
      return found === null ? NOT_TOLD : Math.min(Math.max(found, NOT_TOLD), LARGEST);
    };

    /* Minutes between two renewals, never less than the interval that Microsoft names. */
    const interval = (text) => {
      let found = intervals.get(text);
      if (found === undefined) {
        const told = /^[0-9]+$/.test(text.trim()) ? Number(text) : 0;
        found = Math.max(Math.min(told, LARGEST), data.renewal);
        intervals.set(alone(text), found);
      }
      return found;
    };

    const keep = (row, computer, kind, stamp) => {
      const minutes = minutesIn(row[at.minutes]);
      const missed = minutes > 0 ? Math.floor(Math.max(validity - minutes - 1, 0) / interval(row[at.renewal])) : 0;
      const place = placeOf(computer, licenseOf[kind]);
      if (place === kindOfPlace.length) {
        computers.push(computer);
        kindOfPlace.push(kind);
        minutesOf.push(minutes);
        missedOf.push(missed);
        stamps.push(stamp);
        return place;
      }
      if (stamp === stamps[place]) repeated += 1;
      if (stamp >= stamps[place]) {
        kindOfPlace[place] = kind;
        minutesOf[place] = minutes;
        missedOf[place] = missed;
        stamps[place] = stamp;
      }
      return place;
    };

    /* What a row says of its computer, beside the license. */
    const note = (row, computer) => {
      for (const [label, place] of asked) {
        if (row[place]) values.get(label)?.set(computer, alone(row[place]));
      }
      const [cmid, office] = [row[at.cmid], row[at.click_to_run]];
      if (cmid) {
        const key = alone(cmid.replace(/^[{} ]+|[{} ]+$/g, "").toLowerCase());
        if (!cmids.has(key)) cmids.set(key, cmids.size);
        cmidOf[computer] = cmids.get(key);
      }
      if (office) {
        if (!suites.has(office)) suites.set(alone(office), hasSeveral(office));
        if (suites.get(office)) several.add(computer);
      }
    };

    /* Takes a row; gives the id of a rule where it does not. */
    const add = (row) => {
      const partial = row[at.partial_key];
      const key = `${shapeOf(partial)}\0${row.slice(0, size).join("\0")}`;
      const kind = known.get(key) ?? newKind(key, row, partial.trim());
      if (kind === undefined) return "row-kinds";
      rows += 1;
      const given = row[at.computer];
      if (given !== lastGiven || lastNumber === NOT_TOLD) [lastGiven, lastNumber] = [given, numberOf(given)];
      const computer = lastNumber;
      const text = row[at.collected];
      if (text !== lastText) [lastText, lastStamp] = [text, moment(text)];
      const stamp = lastStamp;
      if (stamp > newest[computer]) {
        newest[computer] = stamp;
        several.delete(computer);
      }
      const told = kinds[kind];
      if (!told.isInUse) {
        aside += 1;
        return null;
      }
      const place = keep(row, computer, kind, stamp);
      if (told.isHost) counters.set(place, [row[at.count], row[at.total], row[at.failed]]);
      if (stamp >= newest[computer]) note(row, computer);
      return null;
    };

    const clones = () => {
      const nobody = new Set([...cmids].filter(([text]) => NO_ID.test(text)).map(([, number]) => number));
      const same = new Map();
      cmidOf.forEach((cmid, computer) => {
        if (cmid === NOT_TOLD || nobody.has(cmid)) return;
        if (same.has(cmid)) same.get(cmid).push(computer);
        else same.set(cmid, [computer]);
      });
      return [...same.values()].filter((group) => group.length > 1);
    };

    const seen = async (today, rest) => {
      let [older, undated, products] = [0, 0, 0];
      const cells = new Map();
      const ended = [];
      const said = [];
      const suiteOf = new Map();
      const found = new Set(several);
      const steps = bounds.length + 1;
      for (let place = 0; place < kindOfPlace.length; place += 1) {
        if (place % BATCH === BATCH - 1) await rest();
        const [computer, kind, minutes, stamp] = [
          computers[place],
          kindOfPlace[place],
          minutesOf[place],
          stamps[place],
        ];
        if (stamp && stamp < newest[computer]) {
          older += 1;
          continue;
        }
        const { isHost, renews, suite } = kinds[kind];
        products += 1;
        if (suite) {
          if (!suiteOf.has(computer)) suiteOf.set(computer, suite);
          if (suiteOf.get(computer) !== suite) found.add(computer);
        }
        if (isHost) {
          const [count, total, failed] = counters.get(place).map(wholeOf);
          said.push({ computer, kind: kinds[kind], count, total, failed });
        }
        let code = 0;
        if (renews && minutes > 0) {
          const age = stamp ? Math.max(today - Math.floor(stamp / DAY_MINUTES), 0) : 0;
          if (!stamp) undated += 1;
          const days = Math.floor(minutes / DAY_MINUTES) - age;
          if (days < soon) ended.push(days * SHIFT + place);
          code = 1 + 4 * upTo(bounds, days) + 2 * Number(missedOf[place] > 0) + Number(minutes > validity);
        }
        const group = kind * 4 * (steps + 1) + code;
        if (cells.has(group)) cells.get(group).computers.push(computer);
        else {
          const bound = Math.floor((code - 1) / 4);
          cells.set(group, {
            kind: kinds[kind],
            days: code ? bounds[bound - 1] ?? bounds[0] - 1 : null,
            missed: Number(code > 0 && ((code - 1) & 2) > 0),
            beyond: code > 0 && ((code - 1) & 1) > 0,
            computers: [computer],
          });
        }
      }
      const endings = Float64Array.from(ended).sort();
      await rest();
      const copies = clones();
      await rest();
      const ends = new Map();
      for (const packed of endings) {
        const days = Math.floor(packed / SHIFT);
        ends.set(days, (ends.get(days) ?? 0) + 1);
      }
      const endingOf = (packed) => {
        const days = Math.floor(packed / SHIFT);
        const place = packed - days * SHIFT;
        return { days, computer: computers[place], kind: kinds[kindOfPlace[place]] };
      };
      const inAll = (most) => [...ends].reduce((sum, [day, count]) => sum + (day >= 0 && day < most ? count : 0), 0);
      return {
        today,
        names: computerNames,
        products,
        rows,
        aside,
        older: older + (rows - aside - kindOfPlace.length - repeated),
        repeated,
        undated,
        unreadMinutes: unread,
        cells: [...cells.values()],
        endings: Array.from(endings.slice(0, data.most.endings), endingOf),
        ends,
        within: Object.fromEntries(data.horizons.map((most) => [most, inAll(most)])),
        clones: copies,
        suites: [...found].sort((one, other) => one - other),
        counters: said,
        values,
      };
    };

    return {
      add,
      seen,
      get computers() {
        return computerNames.length;
      },
      get rows() {
        return rows;
      },
    };
  };

  Object.assign(window.vagFleet, { UNTOLD, dateOf, dayOf, moment, tallyOf });
})();
