package dev.rapid.kapacitor.host;

import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.KapacitorSettings.LateData;
import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The usual settings, and what a test changes of them. */
final class TestSettings {

  private @Nullable Path socket;
  private List<UdfOption> options = List.of();
  private Duration initTimeout = KapacitorSettings.DEFAULT.initTimeout();
  private Completion completion = Completion.BARRIER;
  private LateData lateData = LateData.ATTACH;
  private boolean strictEdgeTypes = true;
  private @Nullable Duration snapshotInterval;
  private boolean restoreAfterFailure;
  private boolean separateInfoProbe;
  private int maxFrameBytes = KapacitorSettings.DEFAULT_MAX_FRAME_BYTES;
  private UdfSchema schema = UdfSchema.CURRENT;

  private TestSettings() {}

  static TestSettings usual() {
    return new TestSettings();
  }

  TestSettings socket(Path path) {
    socket = path;
    return this;
  }

  TestSettings options(List<UdfOption> chosen) {
    options = chosen;
    return this;
  }

  TestSettings initTimeout(Duration limit) {
    initTimeout = limit;
    return this;
  }

  TestSettings completion(Completion rule) {
    completion = rule;
    return this;
  }

  TestSettings lateData(LateData rule) {
    lateData = rule;
    return this;
  }

  TestSettings anyEdgeType() {
    strictEdgeTypes = false;
    return this;
  }

  TestSettings snapshotInterval(Duration interval) {
    snapshotInterval = interval;
    return this;
  }

  TestSettings restoreAfterFailure() {
    restoreAfterFailure = true;
    return this;
  }

  TestSettings separateInfoProbe() {
    separateInfoProbe = true;
    return this;
  }

  TestSettings maxFrameBytes(int limit) {
    maxFrameBytes = limit;
    return this;
  }

  TestSettings schema(UdfSchema known) {
    schema = known;
    return this;
  }

  KapacitorSettings build() {
    KapacitorSettings usual = KapacitorSettings.DEFAULT;
    return new KapacitorSettings(
        socket,
        options,
        usual.taskId(),
        usual.nodeId(),
        usual.timeout(),
        initTimeout,
        completion,
        usual.barrierRounds(),
        usual.settle(),
        lateData,
        strictEdgeTypes,
        snapshotInterval,
        restoreAfterFailure,
        separateInfoProbe,
        maxFrameBytes,
        usual.stopGrace(),
        usual.termGrace(),
        schema);
  }
}
