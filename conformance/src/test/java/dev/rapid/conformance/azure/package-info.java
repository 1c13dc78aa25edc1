/**
 * Functions of Azure on the packaged program, with workers that play a script and with real ones.
 *
 * <p>A scripted worker is a {@link dev.rapid.conformance.azure.fake.FakeWorker} or a subclass of
 * it, beside the test that wants it. Names of tests begin with the check of contract
 * azure-functions-worker, section 17, that they make. Begin reading with {@link
 * dev.rapid.conformance.azure.FakeFunctions}.
 */
@NullMarked
package dev.rapid.conformance.azure;

import org.jspecify.annotations.NullMarked;
