using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Interfaces.Access;

/// <summary>The people invited to a private resource.</summary>
/// <param name="AccountIds">Account ids.</param>
/// <param name="Emails">E-mail addresses, normalized: matches any account that has verified one of them, now or later.</param>
[GenerateSerializer, Immutable, Alias("audio.access.invitations")]
public sealed record Invitations([property: Id(0)] ImmutableArray<Guid> AccountIds, [property: Id(1)] ImmutableArray<string> Emails)
{
    /// <summary>The most invitations a resource may have: every gateway that serves the resource receives the whole list.</summary>
    public const int Most = 500;

    /// <summary>No invitations.</summary>
    public static Invitations None { get; } = new([], []);

    /// <summary>Whether an account is invited.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="verifiedEmail">Its e-mail address if verified; otherwise null.</param>
    public bool Include(Guid accountId, string? verifiedEmail) =>
        AccountIds.Contains(accountId) || (verifiedEmail is not null && Emails.Contains(verifiedEmail));

    /// <summary>Parses account ids and e-mail addresses. Does not check that the accounts exist, so the response cannot reveal it.</summary>
    /// <param name="listeners">Each item is the id of an account or an e-mail address.</param>
    /// <param name="problem">The problem with the first invalid item; null if all are valid.</param>
    public static Invitations Read(ImmutableArray<string> listeners, out FieldProblem? problem)
    {
        problem = listeners.Length > Most ? new FieldProblem("account_ids", $"Expected at most {Most} accounts, got {listeners.Length}.", FieldCodes.TooMany) : null;
        var (ids, emails) = (ImmutableArray.CreateBuilder<Guid>(), ImmutableArray.CreateBuilder<string>());
        for (var i = 0; i < listeners.Length && problem is null; i++)
        {
            if (Guid.TryParseExact(listeners[i], "D", out var id))
                ids.Add(id);
            else if (EmailAddress.Normalize(listeners[i]) is { } email)
                emails.Add(email);
            else
                problem = new FieldProblem($"account_ids[{i}]", "Expected the id of an account, or an e-mail address.", FieldCodes.NotAnId);
        }
        return new Invitations([.. ids.Distinct()], [.. emails.Distinct()]);
    }
}
