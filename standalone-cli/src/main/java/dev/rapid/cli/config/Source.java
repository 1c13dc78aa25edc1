package dev.rapid.cli.config;

import java.util.List;

/** A place where values of options are written: the command line, the environment or a file. */
interface Source {

  /** Returns the values of an option in their order, empty if there is none. */
  List<RawValue> values(Option<?> option);
}
