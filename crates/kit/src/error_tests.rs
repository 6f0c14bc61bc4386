use super::*;

#[test]
fn an_error_is_one_word_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
}

#[test]
fn checks_pass_only_without_field_errors() {
    assert!(Error::check(Vec::new()).is_ok());
    let field =
        FieldError { field: "a".into(), code: "required".into(), message: "is missing".into() };
    let error = Error::check(vec![field.clone()]).unwrap_err();
    assert!(error.is(&codes::INVALID));
    assert_eq!(error.fields(), [field]);
    assert_eq!(error.to_string(), "invalid: a field breaks a rule; a is missing");
}
