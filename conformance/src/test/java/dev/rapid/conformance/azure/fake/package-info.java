/**
 * A scripted language worker: a program that Rapid starts, so that command lines, environments and
 * exits are real, and that does what a test wants, right or wrong.
 *
 * <p>Begin reading with {@link dev.rapid.conformance.azure.fake.FakeWorker}. What a worker saw is
 * in the files of a {@link dev.rapid.conformance.azure.fake.Trace}.
 */
@NullMarked
package dev.rapid.conformance.azure.fake;

import org.jspecify.annotations.NullMarked;
