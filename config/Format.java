import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks ({@code --check}) or repairs ({@code --replace}) the format of all Java sources. */
final class Format {

  public static void main(String[] args) throws Exception {
    boolean replace = args[0].equals("--replace");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        replace ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    arguments.addAll(sources());

    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int exit = new Main(out, err, System.in).format(arguments.toArray(String[]::new));
    if (exit != 0 && !replace) {
      out.println("The files above are not formatted. This repairs them:");
      out.println("  mvn -q -N process-sources -Dformat.mode=--replace");
    }
    System.exit(exit);
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      return files.map(Path::toString).filter(Format::isOurs).sorted().toList();
    }
  }

  /** Returns whether {@code path} is a source of a module, an example or of this folder. */
  private static boolean isOurs(String path) {
    return path.replace('\\', '/').matches("([^/.]+/src|config|examples(?!.*/target/))/.*\\.java");
  }
}
