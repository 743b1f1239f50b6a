using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Audio.Orleans.Grains.Accounts;

/// <summary>Decides about refresh tokens (rotation as in RFC 9700, section 4.14.2); needs no runtime.</summary>
public static class RefreshTokens
{
    private const int MostSessions = 50;
    private const int SecretBytes = 32;

    /// <summary>Opens a session.</summary>
    public static (AccountState State, string Token) Open(AccountState state, Guid userId, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(state);
        var family = Guid.NewGuid();
        var token = NewToken(userId, family);
        var alive = state.Sessions.Where(session => session.ExpiresAt > now).TakeLast(MostSessions - 1);
        return (state with { Sessions = [.. alive, new RefreshSession(family, Hash(token), now + lifetime)] }, token);
    }

    /// <summary>
    /// Trades a token for its successor. A token that was used before gives no successor and ends its session; one that is
    /// unknown or too old gives none and changes nothing.
    /// </summary>
    public static (AccountState State, string? Token) Rotate(AccountState state, Guid userId, string token, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (Find(state, token) is not { } session || session.ExpiresAt <= now)
            return (state, null);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(session.TokenHash), Encoding.ASCII.GetBytes(Hash(token))))
            return (state with { Sessions = state.Sessions.Remove(session) }, null);
        var next = NewToken(userId, session.FamilyId);
        return (state with { Sessions = state.Sessions.Replace(session, session with { TokenHash = Hash(next), ExpiresAt = now + lifetime }) }, next);
    }

    /// <summary>Ends the session that a token belongs to.</summary>
    public static AccountState Close(AccountState state, string token)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Find(state, token) is { } session ? state with { Sessions = state.Sessions.Remove(session) } : state;
    }

    /// <summary>The account that a token names; null when it is no refresh token.</summary>
    public static Guid? OwnerOf(string? token) => TryRead(token, out var userId, out _) ? userId : null;

    private static RefreshSession? Find(AccountState state, string token) =>
        TryRead(token, out _, out var family) ? state.Sessions.FirstOrDefault(session => session.FamilyId == family) : null;

    private static string NewToken(Guid userId, Guid family)
    {
        var bytes = new byte[16 + 16 + SecretBytes];
        userId.TryWriteBytes(bytes);
        family.TryWriteBytes(bytes.AsSpan(16));
        RandomNumberGenerator.Fill(bytes.AsSpan(32));
        return Base64Url.EncodeToString(bytes);
    }

    private static bool TryRead(string? token, out Guid userId, out Guid family)
    {
        (userId, family) = (default, default);
        Span<byte> bytes = stackalloc byte[16 + 16 + SecretBytes];
        // The length first: an endless string is not decoded.
        if (token is null || token.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var count) || count != bytes.Length)
        {
            return false;
        }
        userId = new Guid(bytes[..16]);
        family = new Guid(bytes[16..32]);
        return true;
    }

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
