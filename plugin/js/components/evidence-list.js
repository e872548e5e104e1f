// What speaks for a name, in words.
(function (ns) {
  "use strict";
  const h = ns.h;

  /** Words for a quality from 0 to 1. @param {number} quality */
  const grade = (quality) => (quality >= 0.75 ? "good" : quality >= 0.5 ? "fair" : quality >= 0.25 ? "poor" : "very poor");

  ns.EvidenceList = function EvidenceList({ person, candidate, kind }) {
    const { plural, percent } = ns.format;
    const where = kind === "image" ? "in this picture" : "in this scene";
    const lines = [person.why, `${plural(person.faces, "face")} ${where}, ${grade(person.quality)} quality (${percent(person.quality)})`];
    if (candidate && candidate.references && candidate.score !== undefined)
      lines.push(`compared with ${plural(candidate.references, "reference picture")} of ${candidate.name}: similarity ${candidate.score.toFixed(2)} of 1`);
    if (candidate && candidate.probability !== undefined)
      lines.push(`of 100 suggestions as sure as this one, about ${parseInt(percent(candidate.probability), 10)} are right`);
    const second = person.candidates.find((other) => !candidate || other.person_id !== candidate.person_id);
    if (candidate && second) lines.push(`next best: ${second.name} with ${percent(second.probability)}`);
    return h("ul", { className: "ss-evidence text-muted" }, lines.filter(Boolean).map((line) => h("li", { key: line }, line)));
  };
})(window.StashSense);
