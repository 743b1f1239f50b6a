using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Rules for refresh tokens (rotation as in RFC 9700, section 4.14.2); needs no runtime.</summary>
public static class RefreshTokens
{
    private const int MostSessions = 50;

    /// <summary>Opens a session.</summary>
    public static (AccountState State, string Token) Open(AccountState state, Guid userId, DateTimeOffset now, TimeSpan lifetime)
    {
        var family = Guid.NewGuid();
        var token = RefreshToken.Create(userId, family);
        var alive = state.Sessions.Where(session => session.ExpiresAt > now).TakeLast(MostSessions - 1);
        return (state with { Sessions = [.. alive, new RefreshSession(family, OpaqueToken.Hash(token), now + lifetime)] }, token);
    }

    /// <summary>
    /// Exchanges a token for its successor. A reused token gets no successor and ends its session; an unknown or expired token
    /// gets none and changes nothing.
    /// </summary>
    public static (AccountState State, string? Token) Rotate(AccountState state, Guid userId, string token, DateTimeOffset now, TimeSpan lifetime)
    {
        if (Find(state, token) is not { } session || session.ExpiresAt <= now)
            return (state, null);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(session.TokenHash), Encoding.ASCII.GetBytes(OpaqueToken.Hash(token))))
            return (state with { Sessions = state.Sessions.Remove(session) }, null);
        var next = RefreshToken.Create(userId, session.FamilyId);
        return (state with { Sessions = state.Sessions.Replace(session, session with { TokenHash = OpaqueToken.Hash(next), ExpiresAt = now + lifetime }) }, next);
    }

    /// <summary>Ends the session that a token belongs to.</summary>
    public static AccountState Close(AccountState state, string token) =>
        Find(state, token) is { } session ? state with { Sessions = state.Sessions.Remove(session) } : state;

    private static RefreshSession? Find(AccountState state, string token) =>
        RefreshToken.TryRead(token, out _, out var family) ? state.Sessions.FirstOrDefault(session => session.FamilyId == family) : null;
}
