using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AudioOrleans.Persistence.Secrets;

/// <summary>The master key is missing, damaged or of the wrong length; the message never contains it.</summary>
public sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The key that protects secrets at rest: 32 random bytes.</summary>
public sealed partial class MasterKey
{
    private const int Length = 32;
    private readonly byte[] _bytes;

    private MasterKey(byte[] bytes)
    {
        _bytes = bytes;
        Id = SHA256.HashData(bytes).AsMemory(0, SecretBox.KeyIdLength);
    }

    /// <summary>Tells keys apart without giving them away: the start of the key's SHA-256.</summary>
    public ReadOnlyMemory<byte> Id { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A key of 32 bytes for one purpose (HKDF, RFC 5869), so that no key serves two.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Length, info: System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <summary>
    /// The configured key, or the one in <c>keys/master.key</c> under the data folder, which is made (for its owner's eyes only)
    /// if it does not exist.
    /// </summary>
    /// <param name="configured">The value of <c>Secrets__MasterKey</c>, in base64; null or empty for the file.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <exception cref="MasterKeyException">It is not 32 bytes in base64.</exception>
    public static MasterKey LoadOrCreate(string? configured, string dataFolder)
    {
        if (!string.IsNullOrWhiteSpace(configured))
        {
            return Parse(configured, "Secrets__MasterKey");
        }

        var path = PathIn(dataFolder);
        if (!File.Exists(path))
        {
            Create(path);
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Where the key of a data folder is kept, in base64.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "keys", "master.key");

    private static MasterKey Parse(string text, string source)
    {
        const string Expected = "expected 32 bytes in base64 (44 characters), as made by: openssl rand -base64 32";
        try
        {
            var bytes = Convert.FromBase64String(text.Trim());
            return bytes.Length == Length
                ? new MasterKey(bytes)
                : throw new MasterKeyException($"{source} holds {bytes.Length} bytes; {Expected}");
        }
        catch (FormatException error)
        {
            throw new MasterKeyException($"{source} is not base64; {Expected}", error);
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

        // A second name for the whole file, which is given to one alone: File.Move would look first and then replace what came between.
        var made = Link(unfinished, path) == 0;
        var error = Marshal.GetLastPInvokeErrorMessage();
        File.Delete(unfinished);
        if (!made && !File.Exists(path)) // Where it exists another was first: its key is the one that counts.
        {
            throw new MasterKeyException($"{path} could not be made: {error}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string name);
}
