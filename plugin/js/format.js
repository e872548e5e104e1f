// Pure text helpers: numbers, times and states in words. Tested with node, no browser needed.
(function (ns) {
  "use strict";

  /** Seconds as on the player's clock: 0:12, 1:02:03. @param {number} seconds */
  function time(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const minutes = Math.floor(whole / 60) % 60;
    const hours = Math.floor(whole / 3600);
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  }

  /** A stretch of time; one instant where both ends read the same. @param {[number, number]} segment */
  function span([start, end]) {
    return time(start) === time(end) ? time(start) : `${time(start)}–${time(end)}`;
  }

  /** A share of 1 in whole per cent. Never rounds up to certainty. @param {number} share */
  function percent(share) {
    const whole = Math.round(Math.min(1, Math.max(0, share)) * 100);
    return `${share < 1 ? Math.min(99, whole) : whole} %`;
  }

  /** @param {number} count @param {string} one @param {string} [many] */
  function plural(count, one, many) {
    return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many || one + "s"}`;
  }

  /** An instant in the reader's own words: "just now", "5 minutes ago", "31 Jan 2026, 12:00". @param {string | null} iso @param {Date} [now] */
  function when(iso, now) {
    const at = iso ? new Date(iso) : null;
    if (!at || Number.isNaN(at.getTime())) return "";
    const minutes = Math.floor(((now || new Date()).getTime() - at.getTime()) / 60000);
    if (minutes < 1) return "just now";
    if (minutes < 60) return `${plural(minutes, "minute")} ago`;
    if (minutes < 24 * 60) return `${plural(Math.floor(minutes / 60), "hour")} ago`;
    return at.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  }

  /** The panel's heading. @param {Faces} faces */
  function summary(faces) {
    const people = plural(faces.people.length, "person", "people");
    if (faces.image_id) return `${people} in this picture`;
    return faces.sampled ? `${people} in ${plural(faces.sampled.frames, "frame")}` : people;
  }

  /** What several weak tracks lacked, each reason once. @param {Person[]} people */
  function reasons(people) {
    return [...new Set(people.map((person) => person.why).filter(Boolean))].join("; ");
  }

  /** Whom a track shows: the accepted person, else the suggested one, else nobody. @param {Person} person @returns {Who | null} */
  function named(person) {
    const { verdict, candidates, person: who } = person;
    if (verdict !== "accepted") return (verdict === "suggested" && candidates[0]) || null;
    return who ? { ...who, ...candidates.find((candidate) => candidate.person_id === who.person_id), performer_id: who.performer_id } : candidates[0] || null;
  }

  /** Words as a sentence: "you said so" → "You said so." @param {string} text */
  function sentence(text) {
    return text && text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
  }

  /** Name with its disambiguation. @param {string} name @param {string | null} extra */
  function person(name, extra) {
    return extra ? `${name} (${extra})` : name;
  }

  /** A few names in a row: "A", "A and B", "A, B and 3 more"; null for none. @param {string[]} names */
  function among(names) {
    if (names.length < 3) return names.join(" and ") || null;
    return `${names[0]}, ${names[1]} and ${names.length - 2} more`;
  }

  /** What the button does that adds somebody. @param {{name: string, performer_id: string | null}} who @param {string | null} origin @param {Kind | "group"} kind */
  function adds(who, origin, kind) {
    if (kind === "group") return `Shows first what naming this person ${who.name} will change`;
    const place = kind === "scene" ? "scene" : "picture";
    if (who.performer_id) return `Adds ${who.name} to this ${place}`;
    return `Creates the performer ${who.name}${origin ? ` with the stash id from ${origin}` : ""} and adds them to this ${place}`;
  }

  /** A scene or picture by its number: "scene 12". @param {Place} place */
  function place({ scene_id: scene, image_id: image }) {
    return scene ? `scene ${scene}` : `picture ${image}`;
  }

  /** Where somebody was seen: "23 scenes", "2 scenes and 1 picture". @param {{scenes: number, images: number}} seen */
  function places({ scenes, images }) {
    return among([scenes ? plural(scenes, "scene") : "", images ? plural(images, "picture") : ""].filter(Boolean)) || "no scene any more";
  }

  /** A size on disk or to download. @param {number} count of bytes */
  function bytes(count) {
    return count >= 1e9 ? `${(count / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(count / 1e6))} MB`;
  }

  // Tasks without a place on Stash's Tasks page.
  /** @type {Record<string, string>} */
  const OTHER_RUNS = {
    plan_gallery: "Estimate", import_gallery: "Import a gallery", export_gallery: "Export the gallery",
    roll_back_gallery: "Go back to the gallery before", remove_gallery: "Remove a gallery", export_own: "Back up my faces and decisions",
    import_own: "Bring back a backup", reset_calibration: "Back to the model pack’s calibration", decide_many: "Carry out decisions", undo_many: "Take decisions back",
  };

  /** The name of a run's task. @param {string} kind */
  function runTitle(kind) {
    const task = ns.TASKS.find((one) => one.mode === kind);
    if (task || OTHER_RUNS[kind]) return task ? task.name : OTHER_RUNS[kind];
    const words = kind.replace(/_/g, " ");
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  /** How far a run came. @param {Run} run */
  function runResult(run) {
    const failed = run.failed ? `, ${run.failed.toLocaleString("en-GB")} failed` : "";
    if (!run.total || (run.state === "finished" && !run.done && !run.failed)) return run.state === "failed" ? "failed" : run.state;
    const count = `${run.done.toLocaleString("en-GB")} of ${run.total.toLocaleString("en-GB")}${failed}`;
    return run.state === "finished" ? count : `${run.state}, ${count}`;
  }

  /** Why this text cannot be stored in a number setting; null if it can. @param {SettingValue} setting @param {string} text */
  function numberProblem(setting, text) {
    const [low, high] = setting.bounds || [0, 2 ** 31];
    const fits = /^\d+$/.test(text.trim()) && Number(text) >= low && Number(text) <= high;
    return fits ? null : `Give a whole number from ${low} to ${high}.`;
  }

  /** One sentence for the user out of whatever was thrown. @param {unknown} error */
  function explain(error) {
    const text = String((error && /** @type {{message?: string}} */ (error).message) || error || "").trim();
    if (/executable file not found|no such file or directory/i.test(text))
      return "Stash could not start Python. Install Python 3.10 or newer, or set its path in Settings › System.";
    if (/^(exit status|signal:)/i.test(text)) return `Stash Sense stopped unexpectedly (${text}). Settings › Logs says why.`;
    if (/failed to fetch|networkerror|load failed/i.test(text)) return "Stash does not answer. Check that it is running, then try again.";
    if (/status code 401/i.test(text)) return "Stash wants you to log in again. Reload the page.";
    return text || "Something went wrong, and no reason was given. Settings › Logs may know more.";
  }

  /** The task that a sentence names as its remedy. @param {string} text @returns {Fix | null} */
  function fixFor(text) {
    const found = ns.TASKS.find((task) => text.toLowerCase().includes(task.name.toLowerCase()));
    return found ? found.mode : null;
  }

  /** The picture, if it is one that cannot leave the machine (a data: URL of a picture). @param {string | null} source */
  function safeImage(source) {
    return source && /^data:image\/(jpeg|png|webp);base64,/.test(source) ? source : null;
  }

  /** Whose address this is, in short. @param {string} address */
  function host(address) {
    return (/^[a-z]+:\/\/([^/]+)/i.exec(address) || [address, address])[1];
  }

  ns.format = { time, span, percent, plural, when, summary, reasons, named, sentence, person, among, adds, place, places, bytes, runTitle, runResult, numberProblem, explain, fixFor, safeImage, host };
})(window.StashSense);
