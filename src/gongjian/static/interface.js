// The description of the interface, drawn by Swagger UI from the project's own address; nothing comes from outside.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("operations");
  if (!place || typeof SwaggerUIBundle === "undefined") return;
  SwaggerUIBundle({
    url: place.dataset.description,
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    filter: true,
    deepLinking: true,
    validatorUrl: null,
  });
});
