// The keys of the review page, in words.
(function (ns) {
  "use strict";
  const h = ns.h;
  /** @type {[string[], string][]} */
  const KEYS = [
    [["j", "k"], "to the next person, to the one before"],
    [["a"], "adds the performer and goes on to the next who waits"],
    [["x"], "remembers that this is somebody else and goes on to the next"],
    [["u"], "takes the last answer on this page back"],
    [["s", "Space"], "selects the person, to decide about several at once"],
    [["Enter"], "opens the scene or picture"],
    [["?"], "shows these keys"],
  ];

  ns.KeysDialog = function KeysDialog({ open, onClose }) {
    const { Modal, Button } = window.PluginApi.libraries.Bootstrap;
    return h(Modal, { show: open, onHide: onClose, "aria-label": "Keys" },
      h(Modal.Header, { closeButton: true }, h(Modal.Title, null, "Keys")),
      h(Modal.Body, null, h("dl", { className: "ss-keys" }, KEYS.map(([keys, text]) => h("div", { key: text, className: "ss-key" },
        h("dt", { className: "ss-key__names" }, keys.map((key, at) => [at > 0 && " or ", h("kbd", { key }, key)])),
        h("dd", { className: "ss-key__words" }, text))))),
      h(Modal.Footer, null, h(Button, { variant: "secondary", onClick: onClose }, "Close")));
  };
})(window.StashSense);
