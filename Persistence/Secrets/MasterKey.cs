using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AudioOrleans.Persistence.Secrets;

/// <summary>The master key is missing, damaged or of the wrong length; the message never contains it.</summary>
public sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The key that protects secrets at rest: 32 random bytes.</summary>
public sealed partial class MasterKey
{
    /// <summary>What a key must be, as the end of a sentence.</summary>
    public const string Expected = "32 bytes in base64 (44 characters), as made by: openssl rand -base64 32";

    private const int Length = 32;
    private readonly byte[] _bytes;

    private MasterKey(byte[] bytes)
    {
        _bytes = bytes;
        Id = SHA256.HashData(bytes).AsMemory(0, SecretBox.KeyIdLength);
    }

    /// <summary>Identifies the key without revealing it: the start of the key's SHA-256.</summary>
    public ReadOnlyMemory<byte> Id { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Derives a key of 32 bytes for one purpose (HKDF, RFC 5869), so that no key is used for two.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Length, info: System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <summary>
    /// The configured key, or the one in <c>keys/master.key</c> under the data folder, which is created (readable by its owner only)
    /// if it does not exist.
    /// </summary>
    /// <param name="configured">The value of <c>Secrets__MasterKey</c>, in base64; null or empty for the file.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <exception cref="MasterKeyException">It is not 32 bytes in base64.</exception>
    public static MasterKey LoadOrCreate(string? configured, string dataFolder)
    {
        if (!string.IsNullOrWhiteSpace(configured))
            return Parse(configured, "Secrets__MasterKey");
        var path = PathIn(dataFolder);
        if (!File.Exists(path))
            Create(path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Whether a text is a key in base64.</summary>
    public static bool IsValid(string text) => Convert.TryFromBase64String(text.Trim(), new byte[Length + 1], out var written) && written == Length;

    /// <summary>The path of a data folder's key file, in base64.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "keys", "master.key");

    private static MasterKey Parse(string text, string source)
    {
        try
        {
            var bytes = Convert.FromBase64String(text.Trim());
            return bytes.Length == Length
                ? new MasterKey(bytes)
                : throw new MasterKeyException($"{source} holds {bytes.Length} bytes; expected {Expected}");
        }
        catch (FormatException error)
        {
            throw new MasterKeyException($"{source} is not base64; expected {Expected}", error);
        }
    }

    private static void Create(string path)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Owner };
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        // A hard link to the complete file succeeds for one process only: File.Move would check first and could then overwrite another's.
        var made = Link(unfinished, path) == 0;
        var error = Marshal.GetLastPInvokeErrorMessage();
        File.Delete(unfinished);
        if (!made && !File.Exists(path)) // If it exists, another process was first: its key is used.
        {
            throw new MasterKeyException($"{path} could not be created: {error}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string name);
}
