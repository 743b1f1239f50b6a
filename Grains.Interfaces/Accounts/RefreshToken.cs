using System.Security.Cryptography;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Refresh tokens: an account id, a session's family and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class RefreshToken
{
    /// <summary>Creates a token for a session.</summary>
    public static string Create(Guid userId, Guid family) => OpaqueToken.Create(userId, family);

    /// <summary>
    /// The session's public id, used in access and media tokens. The family itself is not used there: media tokens appear in
    /// URLs, and anyone with the family could forge what looks like a used refresh token and thereby end the session.
    /// </summary>
    public static Guid SessionOf(Guid family) => new(SHA256.HashData(family.ToByteArray()).AsSpan(0, 16));

    /// <summary>Reads the ids without verifying the token. False if the token is malformed.</summary>
    public static bool TryRead(string? token, out Guid userId, out Guid family)
    {
        Span<Guid> ids = stackalloc Guid[2];
        var read = OpaqueToken.TryRead(token, ids);
        (userId, family) = (ids[0], ids[1]);
        return read;
    }
}
