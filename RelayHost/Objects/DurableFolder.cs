using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// The folder calls that .NET lacks. Its File.Move checks before it replaces, or copies where it cannot rename; and it has no fsync for folders,
/// without which a crash may lose a file's name although its bytes are on disk.
/// </summary>
internal static partial class DurableFolder
{
    private const int FolderForReading = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>ENOENT: no such file or folder.</summary>
    public const int NoEntry = 2;

    /// <summary>EEXIST: it already exists.</summary>
    public const int Exists = 17;

    /// <summary>ENOTDIR: a file in place of a folder.</summary>
    public const int NoFolder = 20;

    /// <summary>EISDIR: a folder in place of a file.</summary>
    public const int IsFolder = 21;

    /// <summary>ENOSPC: no space left.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS: mounted read-only.</summary>
    public const int ReadOnly = 30;

    /// <summary>EDQUOT: the user's disk quota is used up.</summary>
    public const int NoQuota = 122;

    /// <summary>Gives a file a second name, unless that name exists. Returns zero, or the error number.</summary>
    public static int Link(string file, string name) => LinkFile(file, name) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Renames a file atomically, replacing any file of that name. Returns zero, or the error number.</summary>
    public static int Rename(string file, string name) => RenameFile(file, name) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Flushes the entries of a folder to disk. Does nothing for a folder that no longer exists.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Sync(string folder)
    {
        using var handle = OpenFolder(folder, FolderForReading);
        if (handle.IsInvalid && Marshal.GetLastPInvokeError() is (NoEntry or NoFolder))
            return;
        if (handle.IsInvalid || SyncHandle(handle) != 0)
            throw ErrorOf(Marshal.GetLastPInvokeError());
    }

    /// <summary>Flushes everything written to the file system of a folder to disk.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SyncFileSystem(string folder)
    {
        using var handle = OpenFolder(folder, FolderForReading);
        if (handle.IsInvalid || SyncAll(handle) != 0)
            throw ErrorOf(Marshal.GetLastPInvokeError());
    }

    /// <summary>Creates the exception for an error number.</summary>
    public static IOException ErrorOf(int number) => new(Marshal.GetPInvokeErrorMessage(number), number);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkFile(string file, string name);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameFile(string file, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncHandle(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncAll(SafeFileHandle handle);
}
