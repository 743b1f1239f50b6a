namespace Audio.Orleans.Contracts.Accounts;

/// <summary>A wish for an account.</summary>
/// <param name="Email">The e-mail address as it was typed.</param>
/// <param name="Password">The password in clear.</param>
/// <param name="Name">A name to show; may be empty.</param>
/// <param name="Role">What it is for.</param>
/// <param name="ByAdmin">Made by an admin: any role, and the address counts as verified.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.register")]
public sealed record RegisterAccount(
    [property: Id(0)] string Email,
    [property: Id(1)] string Password,
    [property: Id(2)] string Name,
    [property: Id(3)] AccountRole Role,
    [property: Id(4)] bool ByAdmin)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "RegisterAccount";
}
