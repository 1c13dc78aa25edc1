package dev.rapid.emulator;

import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The processes of a sandbox, none of which starts before the sandbox has its address.
 *
 * @param sandbox the name of the sandbox, for the log
 * @param warned whether the log has a failure of the address already
 */
record AddressedProcesses(
    LocalProcesses processes, SandboxAddress address, String sandbox, AtomicBoolean warned)
    implements Processes {

  private static final Logger LOG = System.getLogger(AddressedProcesses.class.getName());

  @Override
  public List<String> findExtensions() {
    return processes.findExtensions();
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    try {
      String unused = address.open();
    } catch (ListenException e) {
      if (warned.compareAndSet(false, true)) {
        LOG.log(Level.WARNING, sandbox + " cannot start: " + e.getMessage());
      }
      listener.startFailed(
          process,
          new StartFailure(StartFailure.Kind.NO_RESOURCES, String.valueOf(e.getMessage())));
      return;
    }
    processes.start(process, listener);
  }

  @Override
  public void terminate(ProcessName process) {
    processes.terminate(process);
  }

  @Override
  public void kill(ProcessName process) {
    processes.kill(process);
  }

  @Override
  public void freeze(int generation) {
    processes.freeze(generation);
  }

  @Override
  public void thaw(int generation) {
    processes.thaw(generation);
  }

  @Override
  public void stop(int generation, Listener listener) {
    processes.stop(generation, listener);
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return processes.peakMemoryBytes(generation);
  }
}
