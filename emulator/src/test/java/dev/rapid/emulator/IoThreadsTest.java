package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.HttpWorker;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which I/O thread a sandbox gets. */
final class IoThreadsTest {

  private static final long PAYLOAD_BYTES = 1024 * 1024;

  @Test
  void a_single_thread_serves_callers_and_sandboxes() throws IOException {
    try (IoThreads threads = IoThreads.start(1, PAYLOAD_BYTES)) {
      assertThat(threads.next()).isSameAs(threads.callers());
      assertThat(threads.next()).isSameAs(threads.callers());
    }
  }

  @Test
  void sandboxes_get_the_further_threads_in_turn() throws IOException {
    try (IoThreads threads = IoThreads.start(3, PAYLOAD_BYTES)) {
      HttpWorker first = threads.next();
      HttpWorker second = threads.next();

      assertThat(first).isNotSameAs(threads.callers()).isNotSameAs(second);
      assertThat(second).isNotSameAs(threads.callers());
      assertThat(threads.next()).isSameAs(first);
      assertThat(threads.next()).isSameAs(second);
    }
  }

  @Test
  void all_threads_share_the_memory_for_payloads() throws IOException {
    try (IoThreads threads = IoThreads.start(2, PAYLOAD_BYTES)) {
      assertThat(threads.next().payloads()).isSameAs(threads.callers().payloads());
    }
  }
}
