package dev.rapid.cli.config;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Describes failures of file access; Java's own messages are often only the file's name. */
public final class FileFaults {

  private FileFaults() {}

  /** Returns the reason in a few words, without the file's name. */
  public static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file or directory";
      case AccessDeniedException denied -> "permission denied";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
