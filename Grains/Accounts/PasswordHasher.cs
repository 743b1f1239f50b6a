using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Grains.Accounts;

/// <summary>bcrypt (<c>$2b$12$</c>) with the system's libcrypt, about 0.2 s of CPU time each, run by <see cref="LowPriorityWorkers"/>.</summary>
/// <remarks>Verifies all of libcrypt's formats (<c>$2a$</c>, <c>$2y$</c>, <c>$6$</c>, <c>$y$</c>), so that accounts can be imported.</remarks>
public sealed partial class PasswordHasher : IDisposable
{
    private const int Cost = 12;
    private const string Current = "$2b$12$";

    /// <summary>crypt.h: struct crypt_data is 32 KiB, its output at most 384 bytes.</summary>
    private const int CryptDataBytes = 32 * 1024;

    private const int OutputBytes = 384;

    private readonly LowPriorityWorkers _workers = new();

    /// <summary>Hashes a password.</summary>
    /// <exception cref="Interfaces.AudioException">Unavailable: the queue is full.</exception>
    public Task<string> HashAsync(string password) => _workers.RunAsync(() => Crypt(password, NewSetting()));

    /// <summary>Whether the password matches the hash; compares in constant time. False for a password that bcrypt would truncate.</summary>
    /// <exception cref="Interfaces.AudioException">Unavailable: the queue is full.</exception>
    public Task<bool> VerifyAsync(string password, string hash) =>
        password.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(password) > AccountRules.LongestPasswordBytes
            ? VerifyNothingAsync()
            : _workers.RunAsync(() => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Crypt(password, hash)), Encoding.ASCII.GetBytes(hash)));

    /// <summary>Whether the hash is older or weaker than new ones.</summary>
    public static bool IsOutdated(string hash) => !hash.StartsWith(Current, StringComparison.Ordinal);

    /// <summary>Takes as long as a verification and fails: for an account that does not exist. Hashes the same value regardless of the input.</summary>
    /// <exception cref="Interfaces.AudioException">Unavailable: the queue is full.</exception>
    public async Task<bool> VerifyNothingAsync()
    {
        await HashAsync("");
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.Dispose();

    private static string NewSetting()
    {
        var random = RandomNumberGenerator.GetBytes(16);
        var output = new byte[OutputBytes];
        if (GenerateSalt("$2b$", Cost, random, random.Length, output, output.Length) == 0)
            throw new InvalidOperationException("libcrypt does not support bcrypt; expected libcrypt 4.4 or newer.");
        return Text(output);
    }

    private static string Crypt(string password, string setting)
    {
        var data = new byte[CryptDataBytes];
        if (HashWith(password, setting, data, data.Length) == 0)
            throw new InvalidOperationException("libcrypt could not hash: the stored setting is damaged.");
        return Text(data);
    }

    private static string Text(byte[] output) => Encoding.ASCII.GetString(output, 0, Array.IndexOf(output, (byte)0));

    // Both return a pointer into the given buffer, or null; the output is at its start.
    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_gensalt_rn", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GenerateSalt(string prefix, ulong count, byte[] random, int randomBytes, byte[] output, int outputBytes);

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_rn", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint HashWith(string password, string setting, byte[] data, int dataBytes);
}
