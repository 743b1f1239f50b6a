using System.Security.Cryptography;
using System.Text;
using OtpNet;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Time-based codes of authenticators (RFC 6238: SHA-1, 30 s, 6 digits, which all of them support) and recovery codes.</summary>
public static class SecondFactor
{
    private const string Issuer = "Audio.Orleans";
    private const int SecretBytes = 20;
    private const int RecoveryCodes = 10;
    private const int RecoveryBytes = 10;
    private const long StepSeconds = 30;

    /// <summary>Clocks drift: the previous and the next step are valid as well (RFC 6238, section 5.2).</summary>
    private const int StepsAround = 1;

    /// <summary>Creates a shared secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The secret as a URI for authenticators, usually shown as a QR code.</summary>
    public static string UriOf(string email, byte[] secret) => new OtpUri(OtpType.Totp, secret, email, Issuer).ToString();

    /// <summary>The code of a time step (RFC 4226, section 5.3).</summary>
    public static string CodeAt(byte[] secret, long step) => new Hotp(secret).ComputeHOTP(step);

    /// <summary>The time step of a point in time.</summary>
    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The state after using a code; null if the code is wrong or was used before.</summary>
    public static SecondFactorState? Use(SecondFactorState state, byte[] secret, string code, DateTimeOffset now)
    {
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

    /// <summary>New recovery codes, and the hashes to store.</summary>
    public static (ImmutableArray<string> Codes, ImmutableArray<string> Hashes) NewRecoveryCodes()
    {
        var codes = Enumerable.Range(0, RecoveryCodes)
            .Select(_ => string.Join('-', Base32Encoding.ToString(RandomNumberGenerator.GetBytes(RecoveryBytes)).ToLowerInvariant().Chunk(4).Select(part => new string(part))))
            .ToImmutableArray();
        return (codes, [.. codes.Select(HashRecoveryCode)]);
    }

    // 80 random bits need no slow hash.
    private static string HashRecoveryCode(string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant())));

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
