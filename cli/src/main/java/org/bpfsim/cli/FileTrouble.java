package org.bpfsim.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Says in words what the file system refused; Java's own messages are often the bare path. */
final class FileTrouble {
    private FileTrouble() {}

    static String describe(IOException e) {
        return describe(e, "");
    }

    /** The same of an error that may not name its file itself. */
    static String describe(IOException e, Path file) {
        return describe(e, file.toString());
    }

    private static String describe(IOException e, String fallback) {
        String file = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : fallback;
        if (e instanceof NoSuchFileException) {
            return file + ": there is no such file or folder.";
        }
        if (e instanceof AccessDeniedException) {
            return file + ": permission denied.";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException) {
            return file + ": exists already.";
        }
        if (e instanceof CharacterCodingException) {
            return file + ": this is no text in UTF-8.";
        }
        if (e instanceof NotDirectoryException) {
            return file + ": is not a folder.";
        }
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        if (reason == null) {
            reason = e.getClass().getSimpleName();
        }
        String remedy = reason.contains("No space left")
                ? ". Free some space or choose another folder with --out; finished runs are kept."
                : "";
        return (file.isEmpty() ? "" : file + ": ") + reason + remedy;
    }
}
