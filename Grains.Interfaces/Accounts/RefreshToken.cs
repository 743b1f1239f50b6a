using System.Security.Cryptography;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Refresh tokens: an account, a session's family and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class RefreshToken
{
    /// <summary>A new token of a session.</summary>
    public static string Create(Guid userId, Guid family) => OpaqueToken.Create(userId, family);

    /// <summary>
    /// The session's public name, which stands in access and media tokens. The family itself does not: media tokens stand in
    /// addresses, and who knows a family could make something that looks like a used refresh token, and end the session by it.
    /// </summary>
    public static Guid SessionOf(Guid family) => new(SHA256.HashData(family.ToByteArray()).AsSpan(0, 16));

    /// <summary>Reads whose token it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? token, out Guid userId, out Guid family)
    {
        Span<Guid> ids = stackalloc Guid[2];
        var read = OpaqueToken.TryRead(token, ids);
        (userId, family) = (ids[0], ids[1]);
        return read;
    }
}
