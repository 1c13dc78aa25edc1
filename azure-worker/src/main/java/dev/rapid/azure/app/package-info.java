/**
 * A function app as it is on disk and as its worker describes it: functions and their bindings
 * (contract azure-functions-worker, sections 6.2 and 10), and the file of a worker ({@code
 * worker.config.json}, section 3.2). Begin reading with {@link dev.rapid.azure.app.AppFunction}.
 */
@NullMarked
package dev.rapid.azure.app;

import org.jspecify.annotations.NullMarked;
