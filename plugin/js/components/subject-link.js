// What a suggestion is about, as a link that leads there.
(function (ns) {
  "use strict";
  const FOLDERS = { performer: "performers", scene: "scenes", image: "images" };

  ns.SubjectLink = function SubjectLink({ subject }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const to = subject.kind === "unknown" ? ns.pageAt({ tab: "unknown", group: subject.id }) : `/${FOLDERS[subject.kind]}/${encodeURIComponent(subject.id)}`;
    return ns.h(Link, { to, title: `Open the ${subject.kind === "unknown" ? "faces of this person" : subject.kind}` }, subject.name || `${subject.kind} ${subject.id}`);
  };
})(window.StashSense);
