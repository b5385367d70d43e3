// 现场检查: photos and checklist. A photo of a phone is made smaller before it is sent. Without scripts it goes as the camera took it.
"use strict";

const LONGEST = 1600; // pixels of the longer side
const QUALITY = 0.85;

async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  if (scale === 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((made) => canvas.toBlob(made, "image/jpeg", QUALITY));
  return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
}

document.querySelectorAll("[data-photos]").forEach((form) => {
  const field = form.querySelector("[type=file]");
  const told = form.querySelector("[data-resized]");
  const shrink = async () => {
    const chosen = new DataTransfer();
    const sizes = [];
    for (const file of field.files) {
      const sent = await smaller(file).catch(() => file);
      chosen.items.add(sent);
      if (sent !== file) sizes.push(`${Math.round(file.size / 1024)} kB → ${Math.round(sent.size / 1024)} kB`);
    }
    field.files = chosen.files;
    told.textContent = sizes.length ? told.dataset.text + sizes.join("，") : "";
  };
  field.addEventListener("change", shrink);
  if (field.files.length) shrink(); // chosen before this script had come
});

// 其余均选合格: what was not answered passes; only a click says so.
const rest = document.querySelector("[data-pass]");
if (rest) {
  rest.hidden = false;
  rest.addEventListener("click", () => {
    document.querySelectorAll("fieldset.line").forEach((line) => {
      if (!line.querySelector("input:checked")) line.querySelector("input[value=PASS]").checked = true;
    });
  });
}

// 签名: drawn with finger, pen or mouse; what was drawn is a picture in a field of the form.
document.querySelectorAll("[data-sign]").forEach((signing) => {
  const pad = signing.querySelector("[data-pad]");
  const canvas = pad.querySelector("canvas");
  const field = pad.querySelector("input");
  const drawn = signing.querySelector("[data-drawn]");
  const pen = new SignaturePad(canvas, { penColor: "#10151c", minWidth: 0.8, maxWidth: 2.6 });
  const shown = () => {
    pad.hidden = !drawn.querySelector("input").checked;
    if (pad.hidden) return;
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pen.clear();
    if (field.value) pen.fromDataURL(field.value, { ratio, width: canvas.offsetWidth, height: canvas.offsetHeight });
  };
  const changed = () => field.dispatchEvent(new Event("input", { bubbles: true }));
  drawn.hidden = false;
  pen.addEventListener("endStroke", () => {
    field.value = pen.toDataURL();
    changed();
  });
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    field.value = "";
    pen.clear();
    changed();
  });
  signing.addEventListener("change", shown);
  signing.closest("form").addEventListener("restored", shown);
  window.addEventListener("resize", shown);
  shown();
});
