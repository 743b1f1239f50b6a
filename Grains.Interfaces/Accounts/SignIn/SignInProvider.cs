namespace Audio.Orleans.Contracts.Accounts.SignIn;

/// <summary>Somebody whose accounts sign in here.</summary>
/// <param name="Provider">How it is called in addresses, such as <c>github</c>.</param>
/// <param name="Name">How people call it.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-provider")]
public sealed record SignInProvider([property: Id(0)] string Provider, [property: Id(1)] string Name);
