using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Audio.Orleans.Grains.Accounts;

/// <summary>Time-based codes of authenticators (RFC 6238: SHA-1, 30 s, 6 digits, which is what all of them can) and recovery codes.</summary>
public static class SecondFactor
{
    private const int SecretBytes = 20;
    private const int RecoveryCodes = 10;
    private const int RecoveryBytes = 10;
    private const long StepSeconds = 30;

    /// <summary>Clocks go wrong: the step before and the step after are good as well (RFC 6238, section 5.2).</summary>
    private const int StepsAround = 1;

    private const string Base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new shared secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The secret as authenticators take it, mostly from a QR code.</summary>
    public static string UriOf(string email, byte[] secret) =>
        $"otpauth://totp/{Uri.EscapeDataString($"Audio.Orleans:{email}")}?secret={Base32(secret)}&issuer=Audio.Orleans&algorithm=SHA1&digits=6&period=30";

    /// <summary>The code of a time step (RFC 4226, section 5.3).</summary>
    public static string CodeAt(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238's default; as a MAC it is sound, and authenticators know no other.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The time step that a moment lies in.</summary>
    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The state after a code was used; null when it is wrong or was used before.</summary>
    public static SecondFactorState? Use(SecondFactorState state, byte[] secret, string code, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(code);
        var typed = code.Replace(" ", "", StringComparison.Ordinal);
        var current = StepAt(now);
        for (var step = current - StepsAround; step <= current + StepsAround; step++)
        {
            if (step > state.LastStep && Same(CodeAt(secret, step), typed))
                return state with { LastStep = step };
        }
        var hash = HashRecoveryCode(typed);
        return state.RecoveryHashes.FirstOrDefault(known => Same(known, hash)) is { } used
            ? state with { RecoveryHashes = state.RecoveryHashes.Remove(used) }
            : null;
    }

    /// <summary>New recovery codes, and what is kept of them.</summary>
    public static (ImmutableArray<string> Codes, ImmutableArray<string> Hashes) NewRecoveryCodes()
    {
        var codes = Enumerable.Range(0, RecoveryCodes)
            .Select(_ => string.Join('-', Base32(RandomNumberGenerator.GetBytes(RecoveryBytes)).ToLowerInvariant().Chunk(4).Select(part => new string(part))))
            .ToImmutableArray();
        return (codes, [.. codes.Select(HashRecoveryCode)]);
    }

    // 80 random bits need no slow hash.
    private static string HashRecoveryCode(string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant())));

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        // RFC 4648, section 6; the lengths here need no padding.
        var text = new StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Base32Letters[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }
        return text.ToString();
    }
}
