// Python, dependencies, model pack, gallery: each ready, or with the one button that repairs it.
(function (ns) {
  "use strict";
  const h = ns.h;
  // Which part a problem belongs to; every other problem stands below the parts.
  /** @type {Record<string, string>} */
  const PART_OF = { slow_python: "python", dependencies: "dependencies", pack: "pack", empty_gallery: "gallery" };

  /** @typedef {{key: string, title: string, ok: boolean, text: string, fix: Fix | null, without?: Status["gallery"]["without"]}} Part */

  /** @param {Status} status @param {string} key */
  const problemOf = (status, key) => status.problems.find((problem) => PART_OF[problem.code] === key);

  /** @param {Status} status @returns {Part[]} */
  function parts(status) {
    const { python, dependencies, pack, gallery } = status;
    const elsewhere = status.packages.filter((one) => !one.problem).reduce((sum, one) => Math.max(sum, one.people), 0);
    const start = python.start_ms === null ? "" : ` (starts in ${Math.round(python.start_ms)} ms)`;
    const packages = Object.entries(dependencies.packages).map(([name, version]) => `${name} ${version}`).join(", ");
    const counts = `${ns.format.plural(gallery.people, "person", "people")}, ${ns.format.plural(gallery.references, "reference picture")}`;
    const without = gallery.performers_without ? `; ${ns.format.plural(gallery.performers_without, "performer")} without a usable picture` : "";
    const updated = gallery.updated_at ? `; updated ${ns.format.when(gallery.updated_at)}` : "";
    const provisional = pack.provisional ? "; its thresholds have not been measured yet, so it never states more than 90 %" : "";
    /** @type {Part[]} */
    const all = [
      { key: "python", title: `Python ${python.version}`, ok: true, fix: null, text: `${python.executable}${start}` },
      { key: "dependencies", title: "Dependencies", ok: dependencies.ok, fix: dependencies.ok ? null : "set_up", text: dependencies.message || packages || dependencies.runtime || "" },
      { key: "pack", title: `Model pack ${pack.name}`, ok: pack.ok, fix: pack.ok ? null : "set_up", text: pack.message || (pack.revision ? `revision ${pack.revision}${provisional}` : "") },
      {
        key: "gallery", title: "Gallery of your library", ok: gallery.people + elsewhere > 0, fix: gallery.people + elsewhere > 0 ? null : "update_gallery", without: gallery.without,
        text: gallery.people > 0 ? `${counts}${without}${updated}` : elsewhere ? `no pictures of your library yet; ${ns.format.plural(elsewhere, "person", "people")} known from the galleries below${without}` : "empty: nobody can be recognised yet",
      },
    ];
    return all.map((part) => {
      const problem = problemOf(status, part.key);
      return problem ? { ...part, ok: false, text: problem.message, fix: problem.fix } : part;
    });
  }

  /** @param {{part: Part, runs: Run[], onChange: () => void}} props */
  function Row({ part, runs, onChange }) {
    return h(ns.SetupRow, { ...part, word: part.ok ? "ready: " : "needs attention: ", variant: "primary", runs, onDone: onChange },
      part.without && part.without.length > 0 && h(ns.FoldedPeople, { title: "Performers without a usable picture", people: part.without }));
  }

  ns.SetupCard = function SetupCard({ status, onChange }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const rows = parts(status);
    const unsaid = status.problems.filter((problem) => !rows.some((part) => problemOf(status, part.key) === problem));
    const others = unsaid.filter((problem) => problem.code !== "gallery");
    const galleries = unsaid.length - others.length; // said one by one where the galleries are listed
    const ready = rows.every((part) => part.ok) && !unsaid.length;
    const waiting = status.queue.waiting ? ` ${ns.format.plural(status.queue.waiting, "scene")} waiting for the background job.` : "";
    return h("div", { className: "setting ss-setup" },
      h("section", { className: "ss-setup__head" },
        h("h3", null, "Set-up"),
        h("div", { className: "sub-heading" }, (ready ? "Everything is ready." : "Not everything is ready yet.") + waiting)),
      h(Button, { size: "sm", variant: "secondary", onClick: onChange, title: "Looks at every part again; changes nothing" }, "Check again"),
      h("section", { className: "ss-setup__body" },
        h("ul", { className: "list-unstyled" }, rows.map((part) => h(Row, { key: part.key, part, runs: status.runs, onChange }))),
        others.map((problem) => h(ns.Notice, { key: problem.code, text: problem.message, fix: problem.fix, variant: "warning", runs: status.runs, onDone: onChange })),
        galleries > 0 && h(ns.Notice, { text: `${ns.format.plural(galleries, "gallery", "galleries")} cannot be used; the reason stands under Galleries.`, variant: "warning" })));
  };
})(window.StashSense);
