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

    /** Whether a disk is full or broken, rather than that the user named a wrong place or a damaged file. */
    static boolean isOfTheDisk(IOException e) {
        return (e.getClass() == IOException.class || e instanceof FileSystemException) && !isWrongPlace(e);
    }

    private static boolean isWrongPlace(IOException e) {
        return e instanceof NoSuchFileException
                || e instanceof AccessDeniedException
                || e instanceof FileAlreadyExistsException
                || e instanceof NotDirectoryException
                || isFolder(e)
                || hasReason(e, "Read-only file system")
                || hasReason(e, "Not a directory");
    }

    private static boolean isFolder(IOException e) {
        return hasReason(e, "Is a directory");
    }

    private static boolean hasReason(IOException e, String reason) {
        return e.getMessage() != null && e.getMessage().endsWith(reason);
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
        if (isFolder(e)) {
            return (file.isEmpty() ? "" : file + ": ") + "this is a folder; name a file.";
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
