namespace Audio.Orleans.Contracts.Accounts;

/// <summary>The tokens in mailed links: an account and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class MailedToken
{
    /// <summary>A new token of an account.</summary>
    public static string Create(Guid userId) => OpaqueToken.Create(userId);

    /// <summary>Reads whose token it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? token, out Guid userId)
    {
        Span<Guid> ids = stackalloc Guid[1];
        var read = OpaqueToken.TryRead(token, ids);
        userId = ids[0];
        return read;
    }
}
