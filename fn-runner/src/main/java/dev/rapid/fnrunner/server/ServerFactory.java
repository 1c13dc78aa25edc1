package dev.rapid.fnrunner.server;

import dev.rapid.fnrunner.FnRunner;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.RunnerFunctions;
import java.io.IOException;

/** Makes runners that take calls over gRPC. */
public final class ServerFactory implements FnRunner.Factory {

  /** Creates a factory. */
  public ServerFactory() {}

  @Override
  public FnRunner start(FnRunnerSettings settings, RunnerFunctions functions) throws IOException {
    return GrpcRunner.start(settings, functions);
  }
}
