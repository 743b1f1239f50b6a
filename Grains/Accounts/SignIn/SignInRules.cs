using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>Decides which account a person may sign in to; needs no runtime.</summary>
public static class SignInRules
{
    /// <summary>Whether a session may be opened, and what the account is then.</summary>
    /// <param name="account">The account that knows the person or has the address; null for a new one.</param>
    /// <param name="person">Whom the provider has authenticated.</param>
    /// <param name="role">What a new account is for.</param>
    /// <param name="now">The time, UTC.</param>
    public static (SignInStatus Status, AccountState? Next) SignIn(AccountState? account, ExternalPerson person, AccountRole role, DateTimeOffset now)
    {
        if (account is null)
            return person.VerifiedEmail is { } email ? (SignInStatus.Granted, New(email, person, role, now)) : (SignInStatus.EmailUnverified, null);
        var isKnown = Knows(account, person);
        if (!isKnown)
        {
            // The address may have changed since somebody looked for its account.
            if (person.VerifiedEmail is null || person.VerifiedEmail != account.Email)
                return (SignInStatus.EmailUnverified, null);
            // Whoever registered the address may not be the one who reads it, and would share the account from now on. And an
            // admin's account is not opened to whoever comes by a mailbox: its owner links it from within.
            if (!account.EmailVerified || account.Role == AccountRole.Admin)
                return (SignInStatus.AccountUnverified, null);
        }
        if (account.Disabled)
            return (SignInStatus.Disabled, null);
        // It was switched on to be asked for, and a redirect cannot ask.
        if (account.SecondFactor is { Confirmed: true })
            return (SignInStatus.SecondFactorNeeded, null);
        if (isKnown)
            return (SignInStatus.Granted, account);
        return HasOther(account, person) ? (SignInStatus.OtherLinked, null) : (SignInStatus.Granted, Add(account, person, now));
    }

    /// <summary>Whether a person is linked to an account whose owner asks for it, and what the account is then.</summary>
    /// <param name="account">The account.</param>
    /// <param name="person">Whom the provider has authenticated.</param>
    /// <param name="sessionId">The session that asked: who ended it ended its requests, a thief's above all.</param>
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

    /// <summary>Whether the account can be signed in to without a provider.</summary>
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
        // Who is in the account and reads its address owns both.
        return account.EmailVerified || person.VerifiedEmail != account.Email ? next : next with { EmailVerified = true, VerificationDue = false, Revision = account.Revision + 1 };
    }
}
