using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Rules for mailed links; needs no runtime. The newest link of each purpose is valid once, and only its hash is stored.</summary>
public static class MailedLinks
{
    /// <summary>The minimum time between two links of one purpose.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromMinutes(1);

    /// <summary>How long a link is valid. Links that grant access to an account expire sooner: mails are kept in mailboxes.</summary>
    public static TimeSpan LifetimeOf(LinkPurpose purpose) => purpose == LinkPurpose.ResetPassword ? TimeSpan.FromHours(1) : TimeSpan.FromHours(24);

    /// <summary>How long to wait before mailing another link of this purpose; null if it is allowed now.</summary>
    public static TimeSpan? WaitAt(AccountState state, LinkPurpose purpose, DateTimeOffset now)
    {
        if (state.Links.FirstOrDefault(link => link.Purpose == purpose) is not { } last)
            return null;
        var age = now - (last.ExpiresAt - LifetimeOf(purpose));
        return age < LeastPause ? LeastPause - age : null;
    }

    /// <summary>Creates a link that replaces the last one of its purpose.</summary>
    /// <param name="state">The account.</param>
    /// <param name="userId">Its id.</param>
    /// <param name="purpose">The link's purpose.</param>
    /// <param name="email">The address it is mailed to, normalised.</param>
    /// <param name="now">The time, UTC.</param>
    public static (AccountState State, MailedLink Link, string Token) Add(AccountState state, Guid userId, LinkPurpose purpose, string email, DateTimeOffset now)
    {
        var token = MailedToken.Create(userId);
        var link = new MailedLink(purpose, OpaqueToken.Hash(token), email, now + LifetimeOf(purpose));
        return (state with { Links = [.. state.Links.Where(other => other.Purpose != purpose), link] }, link, token);
    }

    /// <summary>The link that a token belongs to; null if it is unknown, used, replaced or expired.</summary>
    public static MailedLink? Find(AccountState state, LinkPurpose purpose, string token, DateTimeOffset now)
    {
        var hash = Encoding.ASCII.GetBytes(OpaqueToken.Hash(token));
        return state.Links.FirstOrDefault(link => link.Purpose == purpose && now < link.ExpiresAt && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(link.Hash), hash));
    }
}
