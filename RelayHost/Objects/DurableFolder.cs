using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// The few calls on folders that .NET lacks. Its own File.Move looks first and replaces after, or copies where it cannot rename;
/// and it knows no fsync of a folder, without which the name of a file may be lost in a crash although its bytes are not.
/// </summary>
internal static partial class DurableFolder
{
    private const int FolderForReading = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>Linux's number for: no such file or folder.</summary>
    public const int NoEntry = 2;

    /// <summary>Linux's number for: it is there already.</summary>
    public const int Exists = 17;

    /// <summary>Linux's number for: a file stands where a folder should.</summary>
    public const int NoFolder = 20;

    /// <summary>Linux's number for: a folder stands where a file should.</summary>
    public const int IsFolder = 21;

    /// <summary>Linux's number for: no space left.</summary>
    public const int NoSpace = 28;

    /// <summary>Linux's number for: mounted read-only.</summary>
    public const int ReadOnly = 30;

    /// <summary>Linux's number for: the user's share of the disk is used up.</summary>
    public const int NoQuota = 122;

    /// <summary>Gives a file another name, unless there is one of that name. Zero, or the number of the error.</summary>
    public static int Link(string file, string name) => LinkFile(file, name) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Gives a file another name at once, whatever had it before. Zero, or the number of the error.</summary>
    public static int Rename(string file, string name) => RenameFile(file, name) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Returns when the names in a folder are on disk. A folder that is gone has none.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Sync(string folder)
    {
        using var handle = OpenFolder(folder, FolderForReading);
        if (handle.IsInvalid && Marshal.GetLastPInvokeError() is (NoEntry or NoFolder))
            return;
        if (handle.IsInvalid || SyncHandle(handle) != 0)
            throw ErrorOf(Marshal.GetLastPInvokeError());
    }

    /// <summary>Returns when all that was written to the file system of a folder is on disk.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SyncFileSystem(string folder)
    {
        using var handle = OpenFolder(folder, FolderForReading);
        if (handle.IsInvalid || SyncAll(handle) != 0)
            throw ErrorOf(Marshal.GetLastPInvokeError());
    }

    /// <summary>The exception for the number of an error.</summary>
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
