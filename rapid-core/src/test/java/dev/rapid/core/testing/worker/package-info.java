/**
 * What every worker protocol has to do, as tests that an adapter runs against itself: extend {@link
 * dev.rapid.core.testing.worker.WorkerScenarios}. {@link
 * dev.rapid.core.testing.worker.FrameProtocol} is the smallest protocol that passes.
 */
@NullMarked
package dev.rapid.core.testing.worker;

import org.jspecify.annotations.NullMarked;
