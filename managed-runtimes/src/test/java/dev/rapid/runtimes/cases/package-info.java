/**
 * Cases of runtimes as data: {@link dev.rapid.runtimes.cases.RuntimeCase} is one row of a file in
 * {@code cases/LANGUAGE}, {@link dev.rapid.runtimes.cases.RuntimeRun} runs it against {@link
 * dev.rapid.runtimes.cases.RecordingRuntimeApi} and compares. Rapid's own runtimes and AWS's
 * clients run the same rows.
 */
@NullMarked
package dev.rapid.runtimes.cases;

import org.jspecify.annotations.NullMarked;
