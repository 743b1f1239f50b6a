using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>Decides which account a person may sign in to; needs no runtime.</summary>
public static class SignInRules
{
    /// <summary>Whether a session may be opened, and the account's resulting state.</summary>
    /// <param name="account">The account that is linked to the person or has the address; null for a new one.</param>
    /// <param name="person">The person that the provider has authenticated.</param>
    /// <param name="role">The role of a new account.</param>
    /// <param name="now">The time, UTC.</param>
    public static (SignInStatus Status, AccountState? Next) SignIn(AccountState? account, ExternalPerson person, AccountRole role, DateTimeOffset now)
    {
        if (account is null)
            return person.VerifiedEmail is { } email ? (SignInStatus.Granted, New(email, person, role, now)) : (SignInStatus.EmailUnverified, null);
        var isKnown = Knows(account, person);
        if (!isKnown)
        {
            // The address may have changed since its account was looked up.
            if (person.VerifiedEmail is null || person.VerifiedEmail != account.Email)
                return (SignInStatus.EmailUnverified, null);
            // Whoever registered the address may not own it, and would share the account from now on. An admin's account is never linked
            // through a mailbox alone: its owner links it while signed in.
            if (!account.EmailVerified || account.Role == AccountRole.Admin)
                return (SignInStatus.AccountUnverified, null);
        }
        if (account.Disabled)
            return (SignInStatus.Disabled, null);
        // The second factor must be asked for, and a redirect cannot do that.
        if (account.SecondFactor is { Confirmed: true })
            return (SignInStatus.SecondFactorNeeded, null);
        if (isKnown)
            return (SignInStatus.Granted, account);
        return HasOther(account, person) ? (SignInStatus.OtherLinked, null) : (SignInStatus.Granted, Add(account, person, now));
    }

    /// <summary>Whether a person may be linked to an account at its owner's request, and the account's resulting state.</summary>
    /// <param name="account">The account.</param>
    /// <param name="person">The person that the provider has authenticated.</param>
    /// <param name="sessionId">The session that requested it: ending a session, such as a thief's, also ends its requests.</param>
    /// <param name="now">The time, UTC.</param>
    public static (SignInStatus Status, AccountState? Next) Link(AccountState account, ExternalPerson person, Guid sessionId, DateTimeOffset now)
    {
        if (account.Disabled)
            return (SignInStatus.Disabled, null);
        if (!account.Sessions.Any(session => RefreshToken.SessionOf(session.FamilyId) == sessionId && session.ExpiresAt > now))
            return (SignInStatus.SessionEnded, null);
        if (Knows(account, person))
            return (SignInStatus.Linked, account);
        return HasOther(account, person) ? (SignInStatus.OtherLinked, null) : (SignInStatus.Linked, Add(account, person, now));
    }

    /// <summary>Whether the account can be signed in to without this provider.</summary>
    public static bool CanDoWithout(AccountState account, string provider) =>
        account.PasswordHash.Length > 0 || account.Identities.Any(identity => identity.Provider != provider);

    private static AccountState New(string email, ExternalPerson person, AccountRole role, DateTimeOffset now) => new()
    {
        Email = email,
        Name = person.Name,
        Role = role,
        CreatedAt = now,
        EmailVerified = true,
        Identities = [new ExternalIdentity(person.Provider, person.Subject, now)],
    };

    private static bool Knows(AccountState account, ExternalPerson person) =>
        account.Identities.Any(identity => identity.Provider == person.Provider && identity.Subject == person.Subject);

    private static bool HasOther(AccountState account, ExternalPerson person) => account.Identities.Any(identity => identity.Provider == person.Provider);

    private static AccountState Add(AccountState account, ExternalPerson person, DateTimeOffset now)
    {
        var next = account with { Identities = account.Identities.Add(new ExternalIdentity(person.Provider, person.Subject, now)) };
        // The signed-in person who owns the address also owns the account.
        return account.EmailVerified || person.VerifiedEmail != account.Email ? next : next with { EmailVerified = true, VerificationDue = false, Revision = account.Revision + 1 };
    }
}
