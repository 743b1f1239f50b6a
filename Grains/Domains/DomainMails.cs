using AudioOrleans.Grains.Mail;

namespace AudioOrleans.Grains.Domains;

/// <summary>The texts of mails about domains. A host is ASCII; nothing else of a user is in them.</summary>
public static class DomainMails
{
    /// <summary>Mail to the owner of a domain that was not verified in time, or whose records are gone.</summary>
    /// <param name="to">The owner's address.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="state">The domain, which has failed.</param>
    /// <param name="target">What it should point to; null if the platform names no host.</param>
    public static OutgoingMail Failed(string to, Uri platform, DomainState state, string? target) => new(to, $"Your domain {state.Host} is not set up", $"""
        Hello,

        your domain {state.Host} could not be used. {state.Reason}

        Please check these records where your domain's DNS is managed:

        1. Type TXT, name {state.ChallengeName}
           value {state.Challenge}{(target is null ? "" : $"\n2. Type CNAME, name {state.Host}\n   value {target}")}

        Some providers append your domain to names by themselves: then enter only the part before it. New records can take an hour until everybody sees them.

        Then check the domain again (POST /v1/domains/ID/verify). Until then nothing is served for it.

        --{" "}
        {platform}

        """);
}
