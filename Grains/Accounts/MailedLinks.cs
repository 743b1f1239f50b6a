using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Decides about mailed links; needs no runtime. The newest of each purpose is good, once, and only its hash is kept.</summary>
public static class MailedLinks
{
    /// <summary>So long after a link of one purpose goes no other.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromMinutes(1);

    /// <summary>How long a link is good. What opens an account ends sooner: mail lies around.</summary>
    public static TimeSpan LifetimeOf(LinkPurpose purpose) => purpose == LinkPurpose.ResetPassword ? TimeSpan.FromHours(1) : TimeSpan.FromHours(24);

    /// <summary>How long to wait before another link of this purpose is mailed; null when it may go.</summary>
    public static TimeSpan? WaitAt(AccountState state, LinkPurpose purpose, DateTimeOffset now)
    {
        if (state.Links.FirstOrDefault(link => link.Purpose == purpose) is not { } last)
            return null;
        var age = now - (last.ExpiresAt - LifetimeOf(purpose));
        return age < LeastPause ? LeastPause - age : null;
    }

    /// <summary>Makes a link in place of the last one of its purpose.</summary>
    /// <param name="state">The account.</param>
    /// <param name="userId">Its id.</param>
    /// <param name="purpose">What the link is for.</param>
    /// <param name="email">Where it is mailed to, normalised.</param>
    /// <param name="now">When.</param>
    public static (AccountState State, MailedLink Link, string Token) Add(AccountState state, Guid userId, LinkPurpose purpose, string email, DateTimeOffset now)
    {
        var token = MailedToken.Create(userId);
        var link = new MailedLink(purpose, OpaqueToken.Hash(token), email, now + LifetimeOf(purpose));
        return (state with { Links = [.. state.Links.Where(other => other.Purpose != purpose), link] }, link, token);
    }

    /// <summary>The link that a token belongs to; null when it is unknown, used, replaced or too old.</summary>
    public static MailedLink? Find(AccountState state, LinkPurpose purpose, string token, DateTimeOffset now)
    {
        var hash = Encoding.ASCII.GetBytes(OpaqueToken.Hash(token));
        return state.Links.FirstOrDefault(link => link.Purpose == purpose && now < link.ExpiresAt && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(link.Hash), hash));
    }
}
