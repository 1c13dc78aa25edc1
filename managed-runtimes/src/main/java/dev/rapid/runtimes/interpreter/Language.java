package dev.rapid.runtimes.interpreter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Languages whose interpreters are programs on {@code PATH} or of a version manager. */
public enum Language {
  /** Python, of which two numbers of the version count. */
  PYTHON("Python", 2),
  /** Node.js, of which the first number of the version counts. */
  NODE("Node.js", 1),
  /** Ruby, of which two numbers of the version count. */
  RUBY("Ruby", 2);

  private final String title;
  private final int significantParts;

  Language(String title, int significantParts) {
    this.title = title;
    this.significantParts = significantParts;
  }

  /** Returns the name for people. */
  public String title() {
    return title;
  }

  /** Returns how many numbers of a version count when one is compared with a template's. */
  public int significantParts() {
    return significantParts;
  }

  /** Returns what its program is called, the usual name first. */
  List<String> programs() {
    return switch (this) {
      case PYTHON -> List.of("python3", "python");
      case NODE -> List.of("node", "nodejs");
      case RUBY -> List.of("ruby");
    };
  }

  /** Returns what its programs of one version are called; nothing if that is not usual. */
  List<String> programs(Version version) {
    return switch (this) {
      case PYTHON -> List.of("python" + version.text(2));
      case RUBY -> List.of("ruby" + version.text(2));
      case NODE -> List.of();
    };
  }

  /** Returns arguments with which a program prints where it really is, and its version. */
  List<String> question() {
    return switch (this) {
      case PYTHON ->
          List.of(
              "-c", "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])");
      case NODE -> List.of("-p", "process.execPath + '\\n' + process.versions.node");
      case RUBY -> List.of("--disable-gems", "-e", "puts RbConfig.ruby, RUBY_VERSION");
    };
  }

  /** Returns where version managers keep its installations. */
  List<Installations> installations(Machine machine) {
    Path home = machine.home();
    Path data = machine.directory("XDG_DATA_HOME").orElse(home.resolve(".local/share"));
    Path asdf = machine.directory("ASDF_DATA_DIR").orElse(home.resolve(".asdf"));
    Path mise = machine.directory("MISE_DATA_DIR").orElse(data.resolve("mise"));
    List<Installations> places = new ArrayList<>();
    switch (this) {
      case PYTHON -> {
        Path pyenv = machine.directory("PYENV_ROOT").orElse(home.resolve(".pyenv"));
        places.add(new Installations(pyenv.resolve("versions"), "", "bin/python3"));
        places.add(new Installations(data.resolve("uv/python"), "cpython-", "bin/python3"));
        places.add(new Installations(asdf.resolve("installs/python"), "", "bin/python3"));
        places.add(new Installations(mise.resolve("installs/python"), "", "bin/python3"));
        places.add(
            new Installations(Path.of("/opt/homebrew/opt"), "python@", "libexec/bin/python3"));
      }
      case NODE -> {
        Path nvm = machine.directory("NVM_DIR").orElse(home.resolve(".nvm"));
        Path volta = machine.directory("VOLTA_HOME").orElse(home.resolve(".volta"));
        places.add(new Installations(nvm.resolve("versions/node"), "v", "bin/node"));
        places.add(
            new Installations(data.resolve("fnm/node-versions"), "v", "installation/bin/node"));
        places.add(new Installations(volta.resolve("tools/image/node"), "", "bin/node"));
        places.add(new Installations(Path.of("/usr/local/n/versions/node"), "", "bin/node"));
        places.add(new Installations(asdf.resolve("installs/nodejs"), "", "bin/node"));
        places.add(new Installations(mise.resolve("installs/node"), "", "bin/node"));
        places.add(new Installations(Path.of("/opt/homebrew/opt"), "node@", "bin/node"));
      }
      case RUBY -> {
        Path rbenv = machine.directory("RBENV_ROOT").orElse(home.resolve(".rbenv"));
        places.add(new Installations(rbenv.resolve("versions"), "", "bin/ruby"));
        places.add(new Installations(home.resolve(".rvm/rubies"), "ruby-", "bin/ruby"));
        places.add(new Installations(asdf.resolve("installs/ruby"), "", "bin/ruby"));
        places.add(new Installations(mise.resolve("installs/ruby"), "", "bin/ruby"));
        places.add(new Installations(Path.of("/opt/homebrew/opt"), "ruby@", "bin/ruby"));
      }
    }
    return places;
  }
}
